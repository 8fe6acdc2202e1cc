-- What each crawl stands for. Crawls of days that a later part of the build begins with are not here yet.
{%- set reconnect = var('reconnect_minutes') ~ ' * 60 + cadence_seconds' %}
with

crawls as (

    select
        *,
        {{ local_date('observed_at') }} as day,
        case when is_complete then lag(observed_at) over by_completeness end as previous_observed_at,
        case when is_complete then lead(observed_at) over by_completeness end as next_observed_at
    from {{ ref('stg_airtime__crawls') }}
    window by_completeness as (partition by platform, is_complete order by observed_at)

),

gaps as (

    select
        *,
        {{ epoch_seconds('observed_at') }} as observed_epoch,
        {{ epoch_seconds('next_observed_at') }} as next_epoch,
        {{ epoch_seconds('observed_at') }} - {{ epoch_seconds('previous_observed_at') }} as gap_seconds,
        {{ epoch_seconds('observed_at') }} - {{ epoch_seconds(start_of_date('day')) }} as seconds_of_day
    from crawls

),

numbered as (

    select
        *,
        row_number() over (order by platform, observed_at) as crawl_number,
        -- one more from crawl to crawl, two more where a streamer without a stream id is away for too long
        sum(case when gap_seconds > {{ reconnect }} then 2 else 1 end) over (
            partition by platform, is_complete order by observed_at
            rows between unbounded preceding and current row
        ) as unbroken_number
    from gaps

)

select
    gaps.platform,
    gaps.observed_at,
    gaps.day,
    gaps.finished_at,
    gaps.is_live,
    gaps.is_complete,
    gaps.stop_reason,
    gaps.page_count,
    gaps.stream_count,
    gaps.double_count,
    gaps.points_used,
    gaps.found_count,
    gaps.rejected_count,
    gaps.cadence_seconds,
    gaps.previous_observed_at,
    gaps.crawl_number,
    gaps.observed_epoch,
    gaps.next_epoch,
    gaps.unbroken_number,
    gaps.gap_seconds,
    gaps.seconds_of_day,
    gaps.gap_seconds is not null and 2 * gaps.gap_seconds <= 7 * gaps.cadence_seconds as is_gap_short,
    case
        when not gaps.is_complete then null
        when 2 * gaps.gap_seconds <= 7 * gaps.cadence_seconds then gaps.gap_seconds
        else gaps.cadence_seconds
    end as sample_seconds
from numbered as gaps
inner join {{ ref('int_days') }} as days
    on gaps.platform = days.platform
    and gaps.day = days.day
    and days.is_visible
