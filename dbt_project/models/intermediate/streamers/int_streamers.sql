-- Who streamers are: the name of the last observation, or one that the platform gave since.
with

blocks as (

    select
        platform,
        streamer_id,
        min(first_epoch) as first_epoch,
        max(last_epoch) as last_epoch,
        max_by(streamer_login, last_epoch) as observed_login,
        max_by(streamer_name, last_epoch) as observed_name
    from {{ ref('int_streamer_blocks') }}
    where period = 'month'
    group by platform, streamer_id

),

readings as (

    select
        platform,
        streamer_id,
        {{ epoch_seconds('max(observed_at)') }} as named_epoch,
        max_by(streamer_login, observed_at) as streamer_login,
        max_by(streamer_name, observed_at) as streamer_name
    from {{ ref('stg_twitch__user_names') }}
    group by platform, streamer_id

),

named as (

    select
        blocks.platform,
        blocks.streamer_id,
        {{ instant('blocks.first_epoch') }} as first_seen_at,
        {{ instant('blocks.last_epoch') }} as last_seen_at,
        case
            when readings.named_epoch > blocks.last_epoch then readings.streamer_login
            else blocks.observed_login
        end as streamer_login,
        case
            when readings.named_epoch > blocks.last_epoch then readings.streamer_name
            else blocks.observed_name
        end as streamer_name
    from blocks
    left join readings
        on blocks.platform = readings.platform
        and blocks.streamer_id = readings.streamer_id

),

sightings as (

    select
        platform,
        entity_id as streamer_id,
        entity_login as streamer_login,
        entity_name as streamer_name
    from {{ ref('int_names_seen') }}
    where entity_type = 'streamer'
    union all
    select
        platform,
        streamer_id,
        streamer_login,
        streamer_name
    from {{ ref('stg_twitch__user_names') }}

),

-- almost nobody has one
earlier as (

    select
        named.platform,
        named.streamer_id,
        {{ sorted_array(
            "case when sightings.streamer_name <> named.streamer_name then sightings.streamer_name end"
        ) }} as earlier_names,
        {{ sorted_array(
            "case when sightings.streamer_login <> named.streamer_login then sightings.streamer_login end"
        ) }} as earlier_logins
    from named
    inner join sightings
        on named.platform = sightings.platform
        and named.streamer_id = sightings.streamer_id
        and (
            named.streamer_name <> sightings.streamer_name
            or named.streamer_login <> sightings.streamer_login
        )
    group by named.platform, named.streamer_id

)

select
    named.*,
    users.broadcaster_type,
    users.created_at,
    coalesce(earlier.earlier_names, {{ text_array("'[]'") }}) as earlier_names,
    coalesce(earlier.earlier_logins, {{ text_array("'[]'") }}) as earlier_logins
from named
left join earlier
    on named.platform = earlier.platform
    and named.streamer_id = earlier.streamer_id
left join {{ ref('stg_twitch__users') }} as users
    on named.platform = users.platform
    and named.streamer_id = users.streamer_id
