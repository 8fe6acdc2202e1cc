with

days as (

    select * from {{ ref('int_games_daily') }}

),

metadata as (

    select * from {{ ref('int_game_metadata') }}

),

newest_first as (

    select
        *,
        min(first_observed_at) over (partition by platform, game_id) as first_seen_at,
        row_number() over (
            partition by platform, game_id
            order by last_observed_at desc, last_streamer_id desc
        ) as position
    from days

)

select
    seen.platform,
    seen.game_id,
    case
        when seen.game_id = '(no category)' then seen.game_id
        else coalesce(seen.game_name, metadata.game_name, seen.game_id)
    end as game_name,
    metadata.igdb_id,
    metadata.release_date,
    metadata.metadata_source,
    seen.game_id = '(no category)' as is_no_category,
    coalesce(metadata.is_not_a_game, false) as is_not_a_game,
    seen.first_seen_at,
    seen.last_observed_at as last_seen_at
from newest_first as seen
left join metadata
    on seen.platform = metadata.platform
    and seen.game_id = metadata.game_id
where seen.position = 1
