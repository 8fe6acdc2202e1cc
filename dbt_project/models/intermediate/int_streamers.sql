with

current_names as (

    select * from {{ ref('int_streamer_names_current') }}

),

names as (

    select * from {{ ref('int_streamer_names') }}

),

users as (

    select * from {{ ref('stg_twitch__users') }}

),

earlier as (

    select
        current_names.platform,
        current_names.streamer_id,
        {{ sorted_array(
            "case when names.streamer_name <> current_names.streamer_name then names.streamer_name end"
        ) }} as earlier_names,
        {{ sorted_array(
            "case when names.streamer_login <> current_names.streamer_login then names.streamer_login end"
        ) }} as earlier_logins
    from current_names
    left join names
        on current_names.platform = names.platform
        and current_names.streamer_id = names.streamer_id
    group by current_names.platform, current_names.streamer_id

)

select
    current_names.platform,
    current_names.streamer_id,
    current_names.streamer_login,
    current_names.streamer_name,
    current_names.first_seen_at,
    current_names.last_seen_at,
    users.broadcaster_type,
    users.created_at,
    earlier.earlier_names,
    earlier.earlier_logins
from current_names
inner join earlier
    on current_names.platform = earlier.platform
    and current_names.streamer_id = earlier.streamer_id
left join users
    on current_names.platform = users.platform
    and current_names.streamer_id = users.streamer_id
