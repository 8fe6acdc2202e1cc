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
    {{ ratio('value_millionths', '1000000') }} as value,
    is_missing,
    {{ ratio('change_millionths', '1000000') }} as value_change,
    fall
from readings
