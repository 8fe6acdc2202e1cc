with

source as (

    select * from {{ source('igdb', 'igdb_links') }}

)

select
    platform,
    game_id,
    igdb_id
from source
where igdb_id is not null
