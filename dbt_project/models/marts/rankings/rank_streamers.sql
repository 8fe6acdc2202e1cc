with

streamers as (

    select * from {{ ref('int_streamers_ranked') }}
    where is_ranked

),

platforms as (

    select * from {{ ref('int_platforms_by_period') }}

),

names as (

    select * from {{ ref('int_streamers') }}

),

followers as (

    select * from {{ ref('int_followers_by_period') }}

)

select
    streamers.platform,
    streamers.period,
    streamers.period_start,
    streamers.streamer_id,
    streamers.period_end,
    streamers.is_closed,
    streamers.rank_by_hours_watched as rank,
    streamers.previous_rank,
    streamers.previous_rank - streamers.rank_by_hours_watched as rank_change,
    streamers.rank_by_hours_broadcast,
    streamers.rank_by_average_viewers,
    streamers.rank_by_peak_viewers,
    names.streamer_name,
    names.streamer_login,
    streamers.language,
    names.broadcaster_type,
    streamers.main_game,
    followers.follower_last as followers,
    followers.followers_gained,
    {{ ratio('streamers.viewer_seconds', '3600') }} as hours_watched,
    sqrt(cast(streamers.watched_var12 as double) / 12) / 3600 as hours_watched_error,
    {{ ratio('streamers.airtime_seconds', '3600') }} as hours_broadcast,
    sqrt(cast(streamers.airtime_var12 as double) / 12) / 3600 as hours_broadcast_error,
    {{ ratio('streamers.viewer_seconds', 'streamers.airtime_seconds') }} as average_viewers,
    streamers.peak_viewers,
    streamers.active_days,
    streamers.session_count as sessions,
    {{ ratio('streamers.viewer_seconds', 'platforms.viewer_seconds') }} as share,
    streamers.coverage
from streamers
inner join platforms
    on streamers.platform = platforms.platform
    and streamers.period = platforms.period
    and streamers.period_start = platforms.period_start
inner join names
    on streamers.platform = names.platform
    and streamers.streamer_id = names.streamer_id
left join followers
    on streamers.platform = followers.platform
    and streamers.period = followers.period
    and streamers.period_start = followers.period_start
    and streamers.streamer_id = followers.streamer_id
