{{ config(materialized='incremental', stale='history') }}

-- Every name that a streamer or game was seen under, by the day it was first seen on; incomplete crawls see,
-- too.
with

details as (

    select * from {{ ref('stg_twitch__stream_details') }}
    where {{ in_stale_days('observed_at') }}

),

named as (

    select
        platform,
        'streamer' as entity_type,
        streamer_id as entity_id,
        streamer_login as entity_login,
        streamer_name as entity_name,
        min(observed_at) as first_seen_at
    from details
    where streamer_login is not null and streamer_name is not null
    group by platform, streamer_id, streamer_login, streamer_name
    union all
    select
        platform,
        'game' as entity_type,
        game_id as entity_id,
        '' as entity_login,
        game_name as entity_name,
        min(observed_at) as first_seen_at
    from details
    where game_name is not null
    group by platform, game_id, game_name

)

select
    *,
    {{ local_date('first_seen_at') }} as day
from named
{% if is_incremental() -%}
where
    not exists (
        select 1 from {{ this }} as known
        where
            named.platform = known.platform
            and named.entity_type = known.entity_type
            and named.entity_id = known.entity_id
            and named.entity_login = known.entity_login
            and named.entity_name = known.entity_name
            and not {{ on_stale_days(of='known.') }}
    )
{%- endif %}
