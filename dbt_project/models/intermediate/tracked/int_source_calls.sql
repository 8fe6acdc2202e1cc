{{ config(materialized='incremental') }}
-- What the calls of a UTC day have cost of the days of their services' quotas.
with

calls as (

    select
        *,
        cast(observed_at as date) as day
    from {{ ref('stg_tracked__calls') }}
    where {{ in_stale_days('observed_at') }}

)

select
    platform,
    day,
    service,
    quota_date,
    sum(call_count) as calls,
    sum(asked_count) as asked,
    sum(case when is_answered then 0 else 1 end) as unanswered,
    sum(units) as units,
    max(units_per_day) as units_per_day
from calls
group by platform, day, service, quota_date
