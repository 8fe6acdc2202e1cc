{{ config(materialized='incremental', incremental_strategy='append') }}

with

sightings as (

    select
        platform,
        game_id,
        game_name,
        max(load_id) as load_id
    from {{ ref('stg_twitch__stream_names') }}
    where
        game_name is not null
        and {{ in_new_loads('load_id') }}
    group by platform, game_id, game_name

)

{% if is_incremental() %}
select sightings.*
from sightings
left join {{ this }} as known
    on sightings.platform = known.platform
    and sightings.game_id = known.game_id
    and sightings.game_name = known.game_name
where known.platform is null
union
{{ newest_sighting(['platform', 'game_id', 'game_name']) }}
{% else %}
select * from sightings
{% endif %}
