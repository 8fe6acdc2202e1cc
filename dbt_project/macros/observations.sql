{#- What counts of the rows that raw holds of the stale days: what comes more than once counts once.

    Doubles are rare: int_doubles holds those that count of them, and all other rows pass. -#}

{#- The common table expression `sightings`: the rows of raw of the model's stale days, with doubles. -#}
{% macro sightings() -%}
sightings as (

    select
        platform, observed_at, streamer_id, stream_id, game_id, language, viewer_count,
        cast(null as bigint) as follower_count, started_at, details_id, cast(null as bigint) as said_epoch
    from {{ ref('stg_twitch__observations') }}
    where {{ in_stale_days('observed_at') }}
    union all
    select
        platform, observed_at, streamer_id, cast(null as string) as stream_id, game_id, '' as language,
        viewer_count, follower_count, cast(null as timestamp) as started_at,
        cast(null as bigint) as details_id, said_epoch
    from {{ ref('stg_history__streamers') }}
    where {{ in_stale_days('observed_at') }}

)
{%- endmacro %}

{#- The common table expression `observations`: one row per platform, crawl and streamer of the model's stale days,
    of complete crawls only, with what is known of the crawl. -#}
{% macro observations() -%}
{{ sightings() }},

once as (

    select sightings.*
    from sightings
    left join {{ ref('int_doubles') }} as doubles
        on sightings.platform = doubles.platform
        and sightings.observed_at = doubles.observed_at
        and sightings.streamer_id = doubles.streamer_id
    where doubles.platform is null
    union all
    select * from {{ ref('int_doubles') }}
    where {{ in_stale_days('observed_at') }}

),

observations as (

    select
        once.*,
        crawls.day,
        crawls.cadence_seconds,
        crawls.gap_seconds,
        crawls.is_gap_short,
        crawls.observed_epoch,
        crawls.unbroken_number,
        coalesce(once.started_at <= crawls.previous_observed_at, false) as is_live_throughout,
        case
            when crawls.gap_seconds is null then crawls.cadence_seconds
            when crawls.is_gap_short then crawls.gap_seconds
            -- live through an outage: as far back as the day goes
            when once.started_at <= crawls.previous_observed_at
                then least(crawls.gap_seconds, crawls.seconds_of_day)
            when once.started_at is not null
                then
                    greatest(crawls.observed_epoch - {{ epoch_seconds('once.started_at') }}, 0)
                    + {{ div('crawls.cadence_seconds', 2) }}
            else crawls.cadence_seconds
        end as sample_seconds
    from once
    inner join {{ ref('int_crawls') }} as crawls
        on once.platform = crawls.platform
        and once.observed_at = crawls.observed_at
        and crawls.is_complete

)
{%- endmacro %}

{#- The common table expressions `details` and `tags`: the tags that streams of the stale days showed, as numbers,
    because a day of a large platform has tens of millions of tags to sum up. Details are stored once a day, so
    those of an observation lie up to a day before it. -#}
{% macro stale_tags() -%}
shown as (

    select
        {{ hash_of('platform, stream_id, details_id') }} as details_number,
        max(tags) as tags
    from {{ ref('stg_twitch__stream_details') }}
    where tags is not null and {{ in_stale_days('observed_at', lookback_days=1) }}
    group by platform, stream_id, details_id

),

shown_tags as (

    select distinct
        shown.details_number,
        elements.tag
    from shown
    {{ each_of(text_array('shown.tags'), 'tag') }}
    where trim(elements.tag) <> ''

),

tags as (

    select
        tag,
        row_number() over (order by tag) as tag_number
    from (select distinct tag from shown_tags) as every_tag

),

details as (

    select
        shown_tags.details_number,
        array_agg(tags.tag_number) as tag_numbers
    from shown_tags
    inner join tags on shown_tags.tag = tags.tag
    group by shown_tags.details_number

)
{%- endmacro %}
