-- What all shares are of, and how much the largest streamers hold.
with

streamers as (

    select
        *,
        row_number() over (
            partition by platform, period, period_start order by viewer_seconds desc, streamer_id asc
        ) as position
    from {{ ref('int_streamers_by_period') }}

),

sums as (

    select
        platform,
        period,
        period_start,
        count(*) as unique_streamers,
        cast(sum(session_count) as bigint) as session_count,
        cast(sum(airtime_seconds) as bigint) as airtime_seconds,
        {%- for most in [100, 1000, 10000] %}
        cast(sum(case when position <= {{ most }} then viewer_seconds end) as bigint)
            as top_{{ most }}_viewer_seconds,
        {%- endfor %}
        cast(sum(viewer_seconds) as bigint) as viewer_seconds
    from streamers
    group by platform, period, period_start

),

crawls as (

    select
        crawls.platform,
        crawls.day,
        sum(crawls.sample_seconds) as covered_seconds,
        coalesce(max(totals.viewer_count), 0) as peak_viewers,
        coalesce(max(totals.stream_count), 0) as peak_channels
    from {{ ref('int_crawls') }} as crawls
    left join {{ ref('int_crawl_totals') }} as totals
        on crawls.platform = totals.platform
        and crawls.observed_at = totals.observed_at
    where crawls.is_complete
    group by crawls.platform, crawls.day

),

days as (

    select
        periods.platform,
        periods.period,
        periods.period_start,
        cast(sum(crawls.covered_seconds) as bigint) as covered_seconds,
        cast(max(crawls.peak_viewers) as bigint) as peak_viewers,
        cast(max(crawls.peak_channels) as bigint) as peak_channels
    from {{ ref('int_periods') }} as periods
    inner join crawls
        on periods.platform = crawls.platform
        and periods.period_start <= crawls.day
        and periods.period_end > crawls.day
    group by periods.platform, periods.period, periods.period_start

)

select
    days.*,
    coalesce(sums.unique_streamers, 0) as unique_streamers,
    coalesce(sums.session_count, 0) as session_count,
    coalesce(sums.airtime_seconds, 0) as airtime_seconds,
    coalesce(sums.viewer_seconds, 0) as viewer_seconds,
    sums.top_100_viewer_seconds,
    sums.top_1000_viewer_seconds,
    sums.top_10000_viewer_seconds
from days
left join sums
    on days.platform = sums.platform
    and days.period = sums.period
    and days.period_start = sums.period_start
