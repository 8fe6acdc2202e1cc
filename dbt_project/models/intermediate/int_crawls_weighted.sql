with

crawls as (

    select * from {{ ref('stg_airtime__crawls') }}

),

complete as (

    select
        *,
        lag(observed_at) over (partition by platform order by observed_at) as previous_observed_at,
        {{ local_date('observed_at') }} as day
    from crawls
    where is_complete

),

gaps as (

    select
        *,
        {{ epoch_seconds('observed_at') }} as observed_epoch,
        {{ epoch_seconds('previous_observed_at') }} as previous_epoch,
        {{ epoch_seconds('observed_at') }} - {{ epoch_seconds('previous_observed_at') }} as gap_seconds,
        {{ epoch_seconds('observed_at') }} - {{ epoch_seconds(start_of_date('day')) }} as seconds_of_day
    from complete

)

select
    platform,
    observed_at,
    day,
    is_live,
    cadence_seconds,
    previous_observed_at,
    observed_epoch,
    previous_epoch,
    gap_seconds,
    seconds_of_day,
    gap_seconds is not null and 2 * gap_seconds <= 7 * cadence_seconds as is_gap_short,
    case
        when 2 * gap_seconds <= 7 * cadence_seconds then gap_seconds
        else cadence_seconds
    end as sample_seconds,
    load_count,
    newest_load_id
from gaps
