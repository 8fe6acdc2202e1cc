with

streams as (

    select
        *,
        case
            when {{ epoch_seconds('started_at') }} > {{ epoch_seconds('observed_at') }} - 15 * 60 then 1
            else 0
        end as is_new
    from {{ ref('int_streams_live') }}

),

names as (

    select * from {{ ref('int_streamers') }}

),

games as (

    select * from {{ ref('int_games') }}

),

numbered as (

    select
        streams.*,
        names.streamer_name as current_name,
        row_number() over (
            partition by streams.platform, streams.game_id
            order by streams.viewer_count desc, names.streamer_name asc, streams.streamer_id asc
        ) as position
    from streams
    inner join names
        on streams.platform = names.platform
        and streams.streamer_id = names.streamer_id

)

select
    numbered.platform,
    numbered.game_id,
    games.game_name,
    cast(sum(numbered.viewer_count) as bigint) as viewer_count,
    count(*) as stream_count,
    max(case when numbered.position = 1 then numbered.current_name end) as top_streamer_name,
    max(numbered.viewer_count) as top_streamer_viewers,
    cast(sum(numbered.is_new) as bigint) as started_last_15_minutes
from numbered
inner join games
    on numbered.platform = games.platform
    and numbered.game_id = games.game_id
group by numbered.platform, numbered.game_id, games.game_name
