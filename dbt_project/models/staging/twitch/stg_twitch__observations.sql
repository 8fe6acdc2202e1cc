with

source as (

    select * from {{ source('twitch', 'observations') }}

),

numbered as (

    select
        *,
        row_number() over (
            partition by platform, observed_at, user_id
            order by started_at desc nulls last, id desc, viewer_count desc, details_id desc
        ) as position
    from source

)

select
    platform,
    observed_at,
    id as stream_id,
    user_id as streamer_id,
    coalesce(nullif(game_id, ''), '(no category)') as game_id,
    coalesce(language, '') as language,
    viewer_count,
    started_at,
    details_id
from numbered
where position = 1
