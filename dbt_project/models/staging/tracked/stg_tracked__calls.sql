with

source as (

    select * from {{ source('tracked', 'tracked_calls') }}

)

select distinct
    'tracked' as platform,
    call_id,
    service,
    kind,
    observed_at,
    quota_date,
    asked as asked_count,
    calls as call_count,
    units,
    units_per_day,
    is_answered,
    reason
from source
where {{ has_happened('observed_at') }}
