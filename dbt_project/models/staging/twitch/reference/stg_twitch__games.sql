with

source as (

    select * from {{ source('twitch', 'games') }}

)

select
    platform,
    id as game_id,
    name as game_name,
    igdb_id,
    fetched_at
from source
where name is not null
