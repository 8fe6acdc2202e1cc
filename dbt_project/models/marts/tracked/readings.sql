with

readings as (

    select * from {{ ref('int_readings') }}

)

select
    kind,
    item_id,
    metric,
    observed_at,
    sort,
    {{ of_millionths('value_millionths') }} as value,
    {{ of_millionths('change_millionths') }} as value_change,
    is_missing,
    fall
from readings
