with

streams as (

    select * from {{ ref('int_streamer_names_seen') }}

),

users as (

    select * from {{ ref('stg_twitch__user_names') }}

),

sightings as (

    select
        platform,
        streamer_id,
        streamer_login,
        streamer_name,
        first_seen_at as seen_at
    from streams
    union all
    select
        platform,
        streamer_id,
        streamer_login,
        streamer_name,
        observed_at as seen_at
    from users

)

select
    platform,
    streamer_id,
    streamer_login,
    streamer_name,
    min(seen_at) as first_seen_at
from sightings
where streamer_login is not null and streamer_name is not null
group by platform, streamer_id, streamer_login, streamer_name
