{{ config(stale='history') }}
{%- set key_number = hash_of('platform, observed_at, streamer_id') %}

-- What raw holds more than once: a load that was repeated, files that overlap, a streamer with two streams.
-- The sightings are named twice: as one expression all of them would be written down first.
with

-- one number in place of three texts finds the few candidates; all others come once for certain
repeated as (

    select {{ key_number }} as key_number
    from {{ ref('stg_airtime__sightings') }}
    where {{ in_stale_days('observed_at') }}
    group by {{ key_number }}
    having count(*) > 1

),

numbered as (

    select
        *,
        row_number() over (
            partition by platform, observed_at, streamer_id
            order by
                started_at desc nulls last, said_epoch desc nulls last, stream_id desc nulls last,
                viewer_count desc, follower_count desc nulls last, details_id desc nulls last, game_id desc
        ) as position
    from {{ ref('stg_airtime__sightings') }}
    where
        {{ in_stale_days('observed_at') }}
        and {{ key_number }} in (select repeated.key_number from repeated)

)

select
    platform,
    observed_at,
    streamer_id,
    stream_id,
    game_id,
    language,
    viewer_count,
    follower_count,
    started_at,
    details_id,
    said_epoch
from numbered
where position = 1
