{{ config(materialized='incremental', stale='facts') }}

-- Peaks of a publisher or genre are of the sum over its games, so they are built again when facts are learnt.
with

by_crawl as (

    select * from {{ ref('int_categories_by_crawl') }}
    where {{ on_stale_days() }}

),

of_games as (

    select
        by_crawl.platform,
        by_crawl.day,
        categories.category_type,
        categories.category,
        sum(by_crawl.viewer_count) as viewer_count,
        sum(by_crawl.stream_count) as stream_count
    from by_crawl
    inner join {{ ref('int_game_categories') }} as categories
        on by_crawl.platform = categories.platform
        and by_crawl.category = categories.game_id
    where
        by_crawl.category_type = 'game'
        and categories.category_type <> 'game'
    group by
        by_crawl.platform, by_crawl.day, by_crawl.observed_at, categories.category_type, categories.category

),

every_category as (

    select
        platform,
        day,
        category_type,
        category,
        viewer_count,
        stream_count
    from by_crawl
    union all
    select * from of_games

)

select
    platform,
    day,
    category_type,
    category,
    cast(max(viewer_count) as bigint) as peak_viewers,
    cast(max(stream_count) as bigint) as peak_channels
from every_category
group by platform, day, category_type, category
