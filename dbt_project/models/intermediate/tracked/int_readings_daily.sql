-- What a day in the reporting time zone begins and ends with, and what was counted in it: periods are put
-- together from days, each of which has many readings.
with

readings as (

    select
        *,
        {{ local_date('observed_at') }} as day
    from {{ ref('int_readings') }}
    where value_millionths is not null

)

select
    kind,
    item_id,
    metric,
    day,
    max(sort) as sort,
    count(*) as readings,
    min(observed_at) as first_at,
    min_by(value_millionths, observed_at) as first_millionths,
    min_by(coalesce(change_millionths, 0), observed_at) as first_change_millionths,
    min_by(coalesce(fall, ''), observed_at) as first_fall,
    max(observed_at) as last_at,
    max(observed_epoch) as last_epoch,
    max_by(value_millionths, observed_at) as last_millionths,
    sum(coalesce(change_millionths, 0)) as change_millionths,
    sum(weight_seconds) as weight_seconds,
    sum(case when fall = 'reset' then 1 else 0 end) as resets,
    sum(case when fall = 'correction' then 1 else 0 end) as corrections
from readings
group by kind, item_id, metric, day
