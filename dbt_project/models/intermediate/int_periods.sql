with

spans as (

    select * from {{ ref('int_period_spans') }}

),

crawls as (

    select * from {{ ref('int_crawls_weighted') }}

),

-- what a crawl stands for may begin in the period before
intervals as (

    select
        spans.platform,
        spans.period,
        spans.period_start,
        sum(
            least(crawls.observed_epoch, spans.end_epoch)
            - greatest(crawls.observed_epoch - crawls.sample_seconds, spans.start_epoch)
        ) as seen_seconds
    from spans
    inner join crawls
        on spans.platform = crawls.platform
        and spans.start_epoch < crawls.observed_epoch
        and spans.end_epoch > crawls.observed_epoch - crawls.sample_seconds
    group by spans.platform, spans.period, spans.period_start

)

select
    spans.platform,
    spans.period,
    spans.period_start,
    spans.period_end,
    spans.previous_period_start,
    spans.is_listed,
    spans.is_closed,
    spans.start_epoch,
    spans.end_epoch,
    case
        when spans.newest_epoch > spans.start_epoch
            then
                {{ ratio(
                    'coalesce(intervals.seen_seconds, 0)',
                    'least(spans.end_epoch, spans.newest_epoch) - spans.start_epoch'
                ) }}
    end as coverage
from spans
left join intervals
    on spans.platform = intervals.platform
    and spans.period = intervals.period
    and spans.period_start = intervals.period_start
