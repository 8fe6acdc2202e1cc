with

crawls as (

    select
        *,
        {{ div('observed_epoch', 3600) }} * 3600 as hour_epoch,
        max(observed_epoch) over (partition by platform) as newest_epoch,
        lead(observed_epoch) over (partition by platform order by observed_at) as next_epoch,
        lead(observed_epoch - sample_seconds) over (
            partition by platform order by observed_at
        ) as next_start_epoch
    from {{ ref('int_crawls_weighted') }}

),

-- what the first crawl of a later hour stands for may begin in this one
seen as (

    select
        *,
        least(sample_seconds, observed_epoch - hour_epoch)
        + case
            when next_epoch >= hour_epoch + 3600 then greatest(hour_epoch + 3600 - next_start_epoch, 0)
            else 0
        end as seen_seconds
    from crawls

)

select
    platform,
    date_trunc('hour', observed_at) as hour_at,
    cast(sum(sample_seconds) as bigint) as covered_seconds,
    {{ ratio('sum(seen_seconds)', 'least(hour_epoch + 3600, max(newest_epoch)) - hour_epoch') }} as coverage
from seen
group by platform, date_trunc('hour', observed_at), hour_epoch
