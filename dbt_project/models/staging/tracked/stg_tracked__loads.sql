with

source as (

    select * from {{ source('tracked', 'tracked_calls') }}

),

loads as (

    select * from {{ ref('stg_airtime__loads') }}

)

select
    cast(source.observed_at as date) as day,
    source._dlt_load_id as load_id,
    count(*) as call_count,
    sum(source.asked) as asked_count
from source
inner join loads on source._dlt_load_id = loads.load_id
where {{ has_happened('source.observed_at') }}
group by cast(source.observed_at as date), source._dlt_load_id
