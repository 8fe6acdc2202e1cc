{{ config(materialized='incremental', built_by='int_games_daily') }}

-- depends_on: {{ ref('int_days') }}
with

observations as (

    select * from {{ ref('int_observations_weighted') }}
    where {{ in_stale_days('observed_at') }}

)

select
    platform,
    day,
    observed_at,
    game_id,
    cast(sum(viewer_count) as bigint) as viewer_count,
    count(*) as stream_count,
    max(source_version) as source_version
from observations
group by platform, day, observed_at, game_id
