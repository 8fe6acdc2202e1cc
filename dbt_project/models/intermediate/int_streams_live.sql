with

observations as (

    select * from {{ ref('int_observations_weighted') }}
    where {{ since_newest_crawls('observed_at') }}

),

newest as (

    select
        platform,
        max(observed_at) as observed_at,
        max(day) as day
    from {{ ref('int_crawls_weighted') }}
    where is_live
    group by platform

),

-- details are stored once a day
details as (

    select
        platform,
        stream_id,
        details_id,
        max(streamer_name) as streamer_name,
        max(game_name) as game_name,
        max(title) as title,
        max(tags) as tags
    from {{ ref('stg_twitch__stream_details') }}
    where {{ since_newest_crawls('observed_at', lookback_days=1) }}
    group by platform, stream_id, details_id

)

select
    observations.platform,
    observations.stream_id,
    observations.streamer_id,
    details.streamer_name,
    observations.game_id,
    case
        when observations.game_id = '(no category)' then observations.game_id
        else coalesce(details.game_name, observations.game_id)
    end as game_name,
    details.title,
    nullif(observations.language, '') as language,
    {{ text_array('details.tags') }} as tags,
    observations.viewer_count,
    observations.started_at,
    observations.observed_at
from observations
inner join newest
    on observations.platform = newest.platform
    and observations.day = newest.day
    and observations.observed_at = newest.observed_at
inner join details
    on observations.platform = details.platform
    and observations.stream_id = details.stream_id
    and observations.details_id = details.details_id
