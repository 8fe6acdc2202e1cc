{{ config(materialized='incremental', day_version='history_version') }}

with

days as (

    select * from {{ ref('int_days') }}

),

-- no session is longer than 48 hours, so one that begins on a stale day is seen whole
sessions as (

    select
        platform,
        streamer_id,
        min_by(day, first_epoch) as day
    from {{ ref('int_session_days') }}
    where {{ on_stale_days(lookback_days=3) }}
    group by platform, streamer_id, island_epoch, session_part

),

starts as (

    select
        platform,
        day,
        streamer_id,
        count(*) as session_count
    from sessions
    where {{ on_stale_days() }}
    group by platform, day, streamer_id

)

select
    starts.*,
    days.history_version as source_version
from starts
inner join days
    on starts.platform = days.platform
    and starts.day = days.day
