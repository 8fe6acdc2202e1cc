-- The seconds a period is covered are what its complete crawls stand for, each in one day only.
with

crawls as (

    select * from {{ ref('int_crawls') }}
    where is_complete

),

spans as (

    select * from {{ ref('int_periods') }}

),

platforms as (

    select * from {{ ref('int_platforms_by_period') }}

),

sums as (

    select
        spans.platform,
        spans.period,
        spans.period_start,
        sum(crawls.sample_seconds) as sample_seconds
    from spans
    inner join crawls
        on spans.platform = crawls.platform
        and spans.start_epoch <= crawls.observed_epoch
        and spans.end_epoch > crawls.observed_epoch
    group by spans.platform, spans.period, spans.period_start

)

select
    coalesce(platforms.platform, sums.platform) as platform,
    coalesce(platforms.period, sums.period) as period,
    coalesce(platforms.period_start, sums.period_start) as period_start
from platforms
full outer join sums
    on platforms.platform = sums.platform
    and platforms.period = sums.period
    and platforms.period_start = sums.period_start
where coalesce(platforms.covered_seconds, 0) <> coalesce(sums.sample_seconds, 0)
