{%- set is_said = "max(case when '(not a game)' in (publisher, genre) then 1 else 0 end) = 1" %}

-- Where the facts of games come from.
with

matched as (

    select * from {{ ref('int_games_matched') }}

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

)

select
    matched.platform,
    matched.game_id,
    {{ category_number("'game'", 'matched.game_id', of='matched.') }} as category_number,
    matched.game_name,
    matched.facts_platform,
    matched.facts_game_id,
    matched.igdb_id,
    matched.shared_game_id,
    coalesce(matched.twitch_name, min(matched.game_name) over (partition by matched.shared_game_id))
        as shared_game_name,
    coalesce(imported.release_date, igdb.release_date) as release_date,
    case
        when overridden.game_id is not null then 'override'
        when imported.game_id is not null then 'import'
        when igdb.igdb_id is not null then 'igdb'
    end as metadata_source,
    matched.game_id = '(no category)' as is_no_category,
    coalesce(
        overridden.is_not_a_game, imported.is_not_a_game, not_games.game_id is not null
    ) as is_not_a_game,
    {{ instant('matched.first_seen_epoch') }} as first_seen_at,
    {{ instant('matched.last_epoch') }} as last_seen_at
from matched
left join igdb on matched.igdb_id = igdb.igdb_id
left join imported
    on matched.facts_platform = imported.platform
    and matched.facts_game_id = imported.game_id
left join overridden
    on matched.facts_platform = overridden.platform
    and matched.facts_game_id = overridden.game_id
left join {{ ref('stg_twitch__not_games') }} as not_games
    on matched.facts_platform = not_games.platform
    and matched.facts_game_id = not_games.game_id
