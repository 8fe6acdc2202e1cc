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
    -- the whole part and the rest each fit a double, which all millionths together may not
    {% for name, column in [('value', 'value'), ('change', 'value_change')] %}
    cast(cast({{ div(name ~ '_millionths', '1000000', big_integer()) }} as bigint) as double)
    + cast({{ name }}_millionths % 1000000 as double) / 1000000 as {{ column }},
    {% endfor %}
    is_missing,
    fall
from readings
