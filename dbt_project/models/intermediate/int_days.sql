with

crawls as (

    select * from {{ ref('int_crawls_weighted') }}

),

days as (

    select
        platform,
        day,
        max(observed_at) as newest_observed_at,
        sum(sample_seconds) as covered_seconds,
        max(newest_load_id) as newest_load_id,
        sum(load_count) as load_count,
        min(previous_observed_at) as previous_observed_at
    from crawls
    group by platform, day

),

versioned as (

    select
        *,
        {{ fingerprint("""concat_ws(
            '/',
            '""" ~ var("timezone") ~ """',
            cast(day as string),
            newest_load_id,
            cast(load_count as string),
            cast(previous_observed_at as string)
        )""") }} as source_version
    from days

)

select
    platform,
    day,
    {{ start_of_date('day') }} as start_at,
    {{ start_of_date("cast(day + interval '1' day as date)") }} as end_at,
    {{ div(epoch_seconds('cast(day as timestamp)'), 86400) }} as day_number,
    '{{ var("timezone") }}' as timezone,
    newest_observed_at,
    cast(covered_seconds as bigint) as covered_seconds,
    source_version,
    cast(sum(source_version) over (
        partition by platform order by day
        rows between unbounded preceding and current row
    ) as bigint) as history_version
from versioned
