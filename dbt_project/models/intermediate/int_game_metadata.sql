with

helix as (

    select * from {{ ref('stg_twitch__games') }}

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

),

known as (

    select
        platform,
        game_id
    from helix
    union
    select
        platform,
        game_id
    from imported
    union
    select
        platform,
        game_id
    from overridden

)

select
    known.platform,
    known.game_id,
    helix.game_name,
    helix.igdb_id,
    coalesce(imported.release_date, igdb.release_date) as release_date,
    coalesce(helix.igdb_id = '', false) and overridden.game_id is null as is_not_a_game,
    case
        when overridden.game_id is not null then 'override'
        when imported.game_id is not null then 'import'
        when igdb.igdb_id is not null then 'igdb'
    end as metadata_source
from known
left join helix
    on known.platform = helix.platform
    and known.game_id = helix.game_id
left join igdb on helix.igdb_id = igdb.igdb_id
left join imported
    on known.platform = imported.platform
    and known.game_id = imported.game_id
left join overridden
    on known.platform = overridden.platform
    and known.game_id = overridden.game_id
