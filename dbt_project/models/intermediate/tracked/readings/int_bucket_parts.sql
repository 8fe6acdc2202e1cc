{{ config(materialized='incremental') }}
-- What a day's readings make of its buckets by themselves, the larger of the smaller: quarters of an hour,
-- hours, thirds of a day and days of UTC. What the days around it make of the outermost is added by readers.
with

steps as (

    select * from {{ ref('int_reading_steps') }}
    where value_millionths is not null and {{ on_stale_days() }}

),

parts_15m as (

    select
        platform,
        day,
        series_number,
        observed_epoch - observed_epoch % 900 as bucket_epoch,
        max(sort) as sort,
        count(*) as readings,
        min(observed_at) as first_at,
        max(observed_at) as last_at,
        min_by(value_millionths, observed_at) as first_millionths,
        max_by(value_millionths, observed_at) as last_millionths,
        min(value_millionths) as min_millionths,
        max(value_millionths) as max_millionths,
        sum(value_millionths * weight_seconds) as weighted_millionths,
        sum(weight_seconds) as weight_seconds,
        sum(change_millionths) as change_millionths,
        sum(case when fall = 'reset' then 1 else 0 end) as resets,
        sum(case when fall = 'correction' then 1 else 0 end) as corrections
    from steps
    group by platform, day, series_number, observed_epoch - observed_epoch % 900

),
{% for bucket, seconds, smaller in [('1h', 3600, '15m'), ('8h', 28800, '1h'), ('1d', 86400, '8h')] %}
parts_{{ bucket }} as (

    select
        platform,
        day,
        series_number,
        bucket_epoch - bucket_epoch % {{ seconds }} as bucket_epoch,
        max(sort) as sort,
        sum(readings) as readings,
        min(first_at) as first_at,
        max(last_at) as last_at,
        min_by(first_millionths, first_at) as first_millionths,
        max_by(last_millionths, last_at) as last_millionths,
        min(min_millionths) as min_millionths,
        max(max_millionths) as max_millionths,
        sum(weighted_millionths) as weighted_millionths,
        sum(weight_seconds) as weight_seconds,
        sum(change_millionths) as change_millionths,
        sum(resets) as resets,
        sum(corrections) as corrections
    from parts_{{ smaller }}
    group by platform, day, series_number, bucket_epoch - bucket_epoch % {{ seconds }}

),
{% endfor %}
parts as (
    {% for bucket, seconds in [('15m', 900), ('1h', 3600), ('8h', 28800), ('1d', 86400)] %}
    select
        *,
        '{{ bucket }}' as bucket,
        {{ seconds }} as bucket_seconds
    from parts_{{ bucket }}
    {{ "union all" if not loop.last }}
    {% endfor %}
)

select
    platform,
    day,
    series_number,
    bucket,
    bucket_seconds,
    bucket_epoch,
    sort,
    cast(readings as bigint) as readings,
    first_millionths,
    last_millionths,
    min_millionths,
    max_millionths,
    weighted_millionths,
    cast(weight_seconds as bigint) as weight_seconds,
    change_millionths,
    cast(resets as bigint) as resets,
    cast(corrections as bigint) as corrections
from parts
