{{ config(materialized='incremental', incremental_strategy='append') }}

with

sightings as (

    select
        platform,
        streamer_id,
        streamer_login,
        streamer_name,
        min(observed_at) as first_seen_at,
        max(load_id) as load_id
    from {{ ref('stg_twitch__stream_names') }}
    where
        streamer_login is not null
        and streamer_name is not null
        and {{ in_new_loads('load_id') }}
    group by platform, streamer_id, streamer_login, streamer_name

)

{% if is_incremental() %}
select sightings.*
from sightings
left join {{ this }} as known
    on sightings.platform = known.platform
    and sightings.streamer_id = known.streamer_id
    and sightings.streamer_login = known.streamer_login
    and sightings.streamer_name = known.streamer_name
    and sightings.first_seen_at >= known.first_seen_at
where known.platform is null
union
{{ newest_sighting(['platform', 'streamer_id', 'streamer_login', 'streamer_name']) }}
{% else %}
select * from sightings
{% endif %}
