with

source as (

    select * from {{ source('twitch', 'users') }}

)

select
    platform,
    id as streamer_id,
    login as streamer_login,
    display_name as streamer_name,
    coalesce(broadcaster_type, '') as broadcaster_type,
    created_at,
    fetched_at
from source
where login is not null
