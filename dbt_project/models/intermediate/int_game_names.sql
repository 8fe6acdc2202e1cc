with

games as (

    select * from {{ ref('int_games') }}

),

seen as (

    select * from {{ ref('int_game_names_seen') }}

)

select
    games.platform,
    games.game_id,
    {{ sorted_array('seen.game_name') }} as earlier_names
from games
left join seen
    on games.platform = seen.platform
    and games.game_id = seen.game_id
    and games.game_name <> seen.game_name
group by games.platform, games.game_id
