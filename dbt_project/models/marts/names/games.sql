with

games as (

    select * from {{ ref('int_games') }}
    where not is_no_category

),

facts as (

    select
        games.platform,
        games.game_id,
        {{ sorted_array("case when facts.kind = 'publisher' then facts.value end") }} as publishers,
        {{ sorted_array("case when facts.kind = 'genre' then facts.value end") }} as genres
    from games
    left join {{ ref('int_game_facts') }} as facts
        on games.platform = facts.platform
        and games.game_id = facts.game_id
    group by games.platform, games.game_id

),

names as (

    select
        games.platform,
        games.game_id,
        {{ sorted_array('seen.entity_name') }} as earlier_names
    from games
    left join {{ ref('int_names_seen') }} as seen
        on games.platform = seen.platform
        and games.game_id = seen.entity_id
        and games.game_name <> seen.entity_name
        and seen.entity_type = 'game'
    group by games.platform, games.game_id

)

select
    games.platform,
    games.game_id,
    games.game_name,
    games.first_seen_at,
    games.last_seen_at,
    names.earlier_names,
    facts.publishers,
    facts.genres,
    games.release_date,
    games.metadata_source,
    games.is_not_a_game,
    games.shared_game_id
from games
inner join facts
    on games.platform = facts.platform
    and games.game_id = facts.game_id
inner join names
    on games.platform = names.platform
    and games.game_id = names.game_id
