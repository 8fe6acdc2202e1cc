-- Hours as the crawls saw them.
with

crawls as (

    select
        *,
        {{ div('observed_epoch', 3600) }} * 3600 as hour_epoch,
        max(observed_epoch) over (partition by platform) as newest_epoch,
        lead(observed_epoch) over (partition by platform order by observed_at) as following_epoch,
        lead(observed_epoch - sample_seconds) over (
            partition by platform order by observed_at
        ) as next_start_epoch
    from {{ ref('int_crawls') }}
    where is_complete

),

-- what the first crawl of a later hour stands for may begin in this one
seen as (

    select
        *,
        least(sample_seconds, observed_epoch - hour_epoch)
        + case
            when following_epoch >= hour_epoch + 3600 then greatest(hour_epoch + 3600 - next_start_epoch, 0)
            else 0
        end as seen_seconds
    from crawls

),

crawled as (

    select
        platform,
        hour_epoch,
        sum(sample_seconds) as covered_seconds,
        {{ ratio('sum(seen_seconds)', 'least(hour_epoch + 3600, max(newest_epoch)) - hour_epoch') }}
            as coverage
    from seen
    group by platform, hour_epoch

),

totals as (

    select
        platform,
        {{ div(epoch_seconds('observed_at'), 3600) }} * 3600 as hour_epoch,
        sum(airtime_seconds) as airtime_seconds,
        sum(viewer_seconds) as viewer_seconds,
        max(viewer_count) as peak_viewers,
        max(stream_count) as peak_channels
    from {{ ref('int_crawl_totals') }}
    group by platform, {{ div(epoch_seconds('observed_at'), 3600) }} * 3600

)

select
    crawled.platform,
    {{ instant('crawled.hour_epoch') }} as hour_at,
    cast(crawled.covered_seconds as bigint) as covered_seconds,
    cast(coalesce(totals.airtime_seconds, 0) as bigint) as airtime_seconds,
    cast(coalesce(totals.viewer_seconds, 0) as bigint) as viewer_seconds,
    coalesce(totals.peak_viewers, 0) as peak_viewers,
    coalesce(totals.peak_channels, 0) as peak_channels,
    crawled.coverage
from crawled
left join totals
    on crawled.platform = totals.platform
    and crawled.hour_epoch = totals.hour_epoch
