with

source as (

    select * from {{ source('twitch', 'not_games') }}

)

select
    platform,
    game_id,
    name as game_name
from source
