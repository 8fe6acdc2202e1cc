{{ config(materialized='incremental', day_versions='int_category_days', day_version='facts_version') }}

with

games_by_crawl as (

    select * from {{ ref('int_games_by_crawl') }}
    where {{ on_stale_days() }}

),

categories as (

    select * from {{ ref('int_game_categories') }}

),

by_crawl as (

    select
        games_by_crawl.platform,
        games_by_crawl.day,
        games_by_crawl.observed_at,
        categories.category_type,
        categories.category,
        sum(games_by_crawl.viewer_count) as viewer_count,
        sum(games_by_crawl.stream_count) as stream_count
    from games_by_crawl
    inner join categories
        on games_by_crawl.platform = categories.platform
        and games_by_crawl.game_id = categories.game_id
    group by
        games_by_crawl.platform,
        games_by_crawl.day,
        games_by_crawl.observed_at,
        categories.category_type,
        categories.category

)

select
    by_crawl.platform,
    by_crawl.day,
    by_crawl.category_type,
    by_crawl.category,
    cast(max(by_crawl.viewer_count) as bigint) as peak_viewers,
    cast(max(by_crawl.stream_count) as bigint) as peak_channels,
    max(versions.facts_version) as source_version
from by_crawl
inner join {{ ref('int_category_days') }} as versions
    on by_crawl.platform = versions.platform
    and by_crawl.day = versions.day
group by by_crawl.platform, by_crawl.day, by_crawl.category_type, by_crawl.category
