with

source as (

    select * from {{ source('airtime', 'pruned') }}

)

select
    platform,
    pruned_before
from source
