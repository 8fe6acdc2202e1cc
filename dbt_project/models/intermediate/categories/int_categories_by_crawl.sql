{{ config(materialized='incremental') }}

-- The second pass over the observations: whom games and languages had on air at each crawl, which peaks need.
with

{{ observations() }}

select
    platform,
    day,
    observed_at,
    case when game_id is not null then 'game' else 'language' end as category_type,
    coalesce(game_id, nullif(language, ''), '(unknown)') as category,
    cast(sum(viewer_count) as bigint) as viewer_count,
    count(*) as stream_count,
    -- once, so that crawls and hours can be summed up: every observation has one language
    cast(case when game_id is null then sum(sample_seconds) end as bigint) as airtime_seconds,
    cast(case when game_id is null then sum(viewer_count * sample_seconds) end as bigint) as viewer_seconds
from observations
group by grouping sets ((platform, day, observed_at, game_id), (platform, day, observed_at, language))
