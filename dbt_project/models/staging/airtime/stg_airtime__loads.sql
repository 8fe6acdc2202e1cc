with

source as (

    select * from {{ source('airtime', '_dlt_loads') }}

)

select load_id
from source
where status = 0
