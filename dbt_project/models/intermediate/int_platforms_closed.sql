with

crawls as (

    select * from {{ ref('int_crawls_weighted') }}

),

newest as (

    select
        platform,
        max(observed_at) as newest_observed_at,
        min(day) as first_day,
        max(day) as newest_day,
        -- a live platform's newest day is still running; an imported file's is over
        cast(max(case when is_live then day else day + interval '1' day end) as date) as closed_until
    from crawls
    group by platform

)

select
    platform,
    newest_observed_at,
    closed_until,
    cast(
        case
            when closed_until > first_day then closed_until
            else newest_day + interval '1' day
        end as date
    ) as window_end
from newest
