{{ config(materialized='incremental') }}

-- The third pass over the observations: whom tags had on air. A stream counts for each of its tags, and a tag
-- that is spelt in several ways counts once: spellings differ in case, Unicode form or blanks around them.
with

{{ observations() }},

{{ stale_tags() }},

keyed as (

    select
        *,
        {{ hash_of('platform, stream_id, details_id') }} as details_number
    from observations

),

by_crawl as (

    select
        keyed.crawl_number,
        elements.tag_number,
        sum(keyed.viewer_count) as viewer_count,
        count(*) as stream_count
    from keyed
    inner join details on keyed.details_number = details.details_number
    {{ each_of('details.tag_numbers', 'tag_number') }}
    group by keyed.crawl_number, elements.tag_number

),

peaks as (

    select
        crawls.platform,
        crawls.day,
        by_crawl.tag_number,
        cast(max(by_crawl.viewer_count) as bigint) as peak_viewers,
        cast(max(by_crawl.stream_count) as bigint) as peak_channels
    from by_crawl
    inner join {{ ref('int_crawls') }} as crawls on by_crawl.crawl_number = crawls.crawl_number
    group by crawls.platform, crawls.day, by_crawl.tag_number

),

stretches as (

    select
        platform,
        day,
        airtime_seconds,
        {{ hash_of('platform, stream_id, details_id') }} as details_number
    from {{ ref('int_stretches') }}
    where {{ on_stale_days() }}

),

used as (

    select
        stretches.platform,
        stretches.day,
        stretches.airtime_seconds,
        elements.spelling_number
    from stretches
    inner join details on stretches.details_number = details.details_number
    {{ each_of('details.spellings', 'spelling_number') }}

),

-- each spelling brings its tag's number: days alone would join every spelling of a day with every tag of it
spelt as (

    select
        used.platform,
        used.day,
        used.spelling_number,
        spellings.tag_number,
        cast(sum(used.airtime_seconds) as bigint) as airtime_seconds
    from used
    inner join spellings on used.spelling_number = spellings.spelling_number
    group by used.platform, used.day, used.spelling_number, spellings.tag_number

)

select
    peaks.platform,
    peaks.day,
    spellings.tag,
    spellings.spelling,
    spelt.airtime_seconds,
    peaks.peak_viewers,
    peaks.peak_channels
from spelt
inner join spellings on spelt.spelling_number = spellings.spelling_number
inner join peaks
    on spelt.platform = peaks.platform
    and spelt.day = peaks.day
    and spelt.tag_number = peaks.tag_number
