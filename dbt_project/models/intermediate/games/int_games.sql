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
        min(release_date) as release_date
    from {{ ref('stg_history__games') }}
    group by platform, game_id

),

overridden as (

    select distinct
        platform,
        game_id
    from {{ ref('stg_overrides__games') }}

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
    coalesce(helix.igdb_id = '', false) and overridden.game_id is null as is_not_a_game,
    {{ instant('seen.first_seen_epoch') }} as first_seen_at,
    {{ instant('seen.last_epoch') }} as last_seen_at
from newest_first as seen
left join {{ ref('stg_twitch__games') }} as helix
    on seen.platform = helix.platform
    and seen.game_id = helix.game_id
left join igdb on helix.igdb_id = igdb.igdb_id
left join imported
    on seen.platform = imported.platform
    and seen.game_id = imported.game_id
left join overridden
    on seen.platform = overridden.platform
    and seen.game_id = overridden.game_id
where seen.position = 1
