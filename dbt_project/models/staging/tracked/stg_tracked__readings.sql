with

source as (

    select * from {{ source('tracked', 'readings') }}

)

select
    'tracked' as platform,
    kind,
    item_id,
    metric,
    observed_at,
    {{ epoch_seconds('observed_at') }} as observed_epoch,
    max(sort) as sort,
    max(cast(value * 1000000 as {{ big_integer() }})) as value_millionths,
    max(is_missing) as is_missing,
    max(every_seconds) as every_seconds
from source
where {{ has_happened('observed_at') }}
group by kind, item_id, metric, observed_at
