with

source as (

    select * from {{ source('twitch', 'observations') }}

)

select
    platform,
    observed_at,
    id as stream_id,
    user_id as streamer_id,
    coalesce(nullif(nullif(game_id, ''), '0'), '(no category)') as game_id,
    coalesce(language, '') as language,
    viewer_count,
    started_at,
    details_id
from source
-- what could not be right has landed, too, before crawls set it aside
where
    viewer_count between 0 and 100000000
    and id <> ''
    and user_id <> ''
    and coalesce(started_at >= timestamp '2011-01-01 00:00:00', true)
    and coalesce(started_at <= observed_at + interval '10' minute, true)
