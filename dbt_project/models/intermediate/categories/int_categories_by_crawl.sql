{{ config(materialized='incremental') }}

-- Whom games and languages had on air at each crawl, which peaks need. Tens of millions of groups are kept by
-- number, and each half reads the observations itself: held for both they would not fit into memory.
with

games as (

    select distinct
        platform,
        {{ hash_of('platform, game_id') }} as game_number,
        {{ category_number("'game'", 'game_id') }} as category_number
    from {{ ref('int_stretches') }}
    where {{ on_stale_days() }}

)

select
    games.platform,
    counted.day,
    counted.observed_epoch,
    'game' as category_type,
    games.category_number,
    counted.viewer_count,
    counted.stream_count,
    cast(null as bigint) as airtime_seconds,
    cast(null as bigint) as viewer_seconds
from (
    with {{ observations() }}

    select
        observed_epoch,
        {{ hash_of('platform, game_id') }} as game_number,
        min(day) as day,
        cast(sum(viewer_count) as bigint) as viewer_count,
        count(*) as stream_count
    from observations
    group by observed_epoch, {{ hash_of('platform, game_id') }}
) as counted
inner join games on counted.game_number = games.game_number
union all
-- with hours, so that crawls and platforms can be summed up: every observation has one language
select
    spoken.platform,
    spoken.day,
    spoken.observed_epoch,
    'language' as category_type,
    {{ category_number("'language'", 'language') }} as category_number,
    spoken.viewer_count,
    spoken.stream_count,
    spoken.airtime_seconds,
    spoken.viewer_seconds
from (
    with {{ observations() }}

    select
        platform,
        day,
        observed_epoch,
        coalesce(nullif(language, ''), '(unknown)') as language,
        cast(sum(viewer_count) as bigint) as viewer_count,
        count(*) as stream_count,
        cast(sum(sample_seconds) as bigint) as airtime_seconds,
        cast(sum(viewer_count * sample_seconds) as bigint) as viewer_seconds
    from observations
    group by platform, day, observed_epoch, coalesce(nullif(language, ''), '(unknown)')
) as spoken
