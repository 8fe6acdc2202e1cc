{%- set is_said = "max(case when '(not a game)' in (publisher, genre) then 1 else 0 end) = 1" %}

-- What games are called and where their facts come from.
with

newest_first as (

    select
        *,
        min(first_epoch) over (partition by platform, game_id) as first_seen_epoch,
        row_number() over (
            partition by platform, game_id order by last_epoch desc, last_streamer_id desc
        ) as position
    from {{ ref('int_games_daily') }}

),

igdb as (

    select * from {{ ref('stg_igdb__games') }}

),

imported as (

    select
        platform,
        game_id,
        min(release_date) as release_date,
        {{ is_said }} as is_not_a_game
    from {{ ref('stg_history__games') }}
    group by platform, game_id

),

overridden as (

    select
        platform,
        game_id,
        {{ is_said }} as is_not_a_game
    from {{ ref('stg_overrides__games') }}
    group by platform, game_id

),

-- an IGDB id that Get Games leaves blank says nothing: IGDB itself may know the category
helix as (

    select
        games.platform,
        games.game_id,
        games.game_name,
        coalesce(nullif(games.igdb_id, ''), links.igdb_id) as igdb_id
    from {{ ref('stg_twitch__games') }} as games
    left join {{ ref('stg_igdb__links') }} as links
        on games.platform = links.platform
        and games.game_id = links.game_id

)

select
    seen.platform,
    seen.game_id,
    {{ category_number("'game'", 'seen.game_id', of='seen.') }} as category_number,
    case
        when seen.game_id = '(no category)' then seen.game_id
        else coalesce(seen.game_name, helix.game_name, seen.game_id)
    end as game_name,
    helix.igdb_id,
    coalesce(imported.release_date, igdb.release_date) as release_date,
    case
        when overridden.game_id is not null then 'override'
        when imported.game_id is not null then 'import'
        when igdb.igdb_id is not null then 'igdb'
    end as metadata_source,
    seen.game_id = '(no category)' as is_no_category,
    coalesce(
        overridden.is_not_a_game, imported.is_not_a_game, not_games.game_id is not null
    ) as is_not_a_game,
    {{ instant('seen.first_seen_epoch') }} as first_seen_at,
    {{ instant('seen.last_epoch') }} as last_seen_at
from newest_first as seen
left join helix
    on seen.platform = helix.platform
    and seen.game_id = helix.game_id
left join igdb on helix.igdb_id = igdb.igdb_id
left join imported
    on seen.platform = imported.platform
    and seen.game_id = imported.game_id
left join overridden
    on seen.platform = overridden.platform
    and seen.game_id = overridden.game_id
left join {{ ref('stg_twitch__not_games') }} as not_games
    on seen.game_id = not_games.game_id
    and (seen.platform = not_games.platform or helix.game_id is not null)
where seen.position = 1
