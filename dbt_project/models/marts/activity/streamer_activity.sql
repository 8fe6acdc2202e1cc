with

streamers as (

    select * from {{ ref('int_streamers_ranked') }}
    where period like 'last_%'

),

names as (

    select * from {{ ref('int_streamers') }}

)

select
    streamers.platform,
    streamers.period,
    streamers.streamer_id,
    names.streamer_name,
    {{ ratio('streamers.airtime_seconds', '3600') }} as hours_broadcast,
    {{ ratio('streamers.viewer_seconds', '3600') }} as hours_watched,
    {{ ratio('streamers.viewer_seconds', 'streamers.airtime_seconds') }} as average_viewers,
    streamers.peak_viewers,
    streamers.session_count as sessions,
    streamers.active_days,
    streamers.games_played,
    streamers.main_game
from streamers
inner join names
    on streamers.platform = names.platform
    and streamers.streamer_id = names.streamer_id
