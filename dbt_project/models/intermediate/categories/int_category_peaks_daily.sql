{{ config(materialized='incremental', stale='facts') }}
-- depends_on: {{ ref('int_day_facts') if not execute }}

-- Peaks of a publisher or genre are of the sum over its games, so they are built again when facts are learnt.
with

-- a category's number tells its platform and type, too
of_games as (

    select
        by_crawl.day,
        categories.category_number,
        sum(by_crawl.viewer_count) as viewer_count,
        sum(by_crawl.stream_count) as stream_count
    from {{ ref('int_categories_by_crawl') }} as by_crawl
    inner join {{ ref('int_game_categories') }} as categories
        on by_crawl.category_number = categories.game_number
    where
        {{ on_stale_days(of='by_crawl.') }}
        and categories.category_type <> 'game'
    group by by_crawl.day, by_crawl.observed_epoch, categories.category_number

),

peaks as (

    select
        day,
        category_number,
        max(viewer_count) as peak_viewers,
        max(stream_count) as peak_channels
    from {{ ref('int_categories_by_crawl') }}
    where {{ on_stale_days() }}
    group by day, category_number
    union all
    select
        day,
        category_number,
        max(viewer_count) as peak_viewers,
        max(stream_count) as peak_channels
    from of_games
    group by day, category_number

),

named as (

    select distinct
        platform,
        category_type,
        category,
        category_number
    from {{ ref('int_game_categories') }}
    union all
    select
        languages.platform,
        'language' as category_type,
        languages.category,
        {{ category_number("'language'", 'languages.category', of='languages.') }} as category_number
    from (
        select distinct
            platform,
            coalesce(nullif(language, ''), '(unknown)') as category
        from {{ ref('int_stretches') }}
        where {{ on_stale_days() }}
    ) as languages

)

select
    named.platform,
    peaks.day,
    named.category_type,
    named.category,
    cast(peaks.peak_viewers as bigint) as peak_viewers,
    cast(peaks.peak_channels as bigint) as peak_channels
from peaks
inner join named on peaks.category_number = named.category_number
