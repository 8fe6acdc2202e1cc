{{ config(materialized='view') }}
-- How days hang together: the distance of a day's first known reading, and how long its last one stands.
with

days as (

    select
        *,
        last_known_millionths is not null as is_known
    from {{ ref('int_reading_days') }}

),

neighbours as (

    select
        *,
        lag(last_known_millionths) over (
            partition by series_number, is_known order by day
        ) as before_millionths,
        lead(first_epoch) over (partition by series_number order by day) as next_epoch
    from days

)

select
    platform,
    day,
    series_number,
    kind,
    item_id,
    metric,
    first_known_epoch,
    last_epoch,
    last_millionths,
    {{ change_from('before_millionths', 'first_known_millionths') }} as change_millionths,
    {{ fall_from('before_millionths', 'first_known_millionths') }} as fall,
    case
        when last_millionths is not null
            then {{ stands_for('next_epoch', 'last_epoch', 'last_every_seconds') }}
    end as weight_seconds
from neighbours
