with

source as (

    select * from {{ source('airtime', '_dlt_loads') }}

)

select load_id
from source
where
    status = 0
    {% if var('build_until') %}and load_id <= '{{ var("build_until") }}'{% endif %}
