{{ config(materialized='view') }}
-- Quarters of an hour, hours, thirds of a day and days of UTC: one arithmetic for all sizes.
with

readings as (

    select * from {{ ref('int_readings') }}
    where value_millionths is not null

),

placed as (
    {% for bucket, seconds in [('15m', 900), ('1h', 3600), ('8h', 28800), ('1d', 86400)] %}
    select
        *,
        '{{ bucket }}' as bucket,
        observed_epoch - observed_epoch % {{ seconds }} as bucket_epoch
    from readings
    {{ "union all" if not loop.last }}
    {% endfor %}
)

select
    kind,
    item_id,
    metric,
    bucket,
    bucket_epoch,
    max(sort) as sort,
    count(*) as readings,
    min_by(value_millionths, observed_at) as first_millionths,
    max_by(value_millionths, observed_at) as last_millionths,
    min(value_millionths) as min_millionths,
    max(value_millionths) as max_millionths,
    sum(value_millionths * weight_seconds) as weighted_millionths,
    sum(weight_seconds) as weight_seconds,
    sum(change_millionths) as change_millionths,
    sum(case when fall = 'reset' then 1 else 0 end) as resets,
    sum(case when fall = 'correction' then 1 else 0 end) as corrections
from placed
group by kind, item_id, metric, bucket, bucket_epoch
