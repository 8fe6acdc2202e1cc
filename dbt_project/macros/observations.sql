{#- The common table expression `observations`: one row per platform, crawl and streamer of the model's stale
    days, of complete crawls only, with what is known of the crawl. What raw holds more than once counts once;
    that is rare: int_doubles holds those that count of it, and all other rows pass. -#}
{% macro observations() -%}
once as (
    select sightings.*
    from {{ ref('stg_airtime__sightings') }} as sightings
    left join {{ ref('int_doubles') }} as doubles
        on sightings.platform = doubles.platform and sightings.observed_at = doubles.observed_at
        and sightings.streamer_id = doubles.streamer_id
    where doubles.platform is null and {{ in_stale_days('observed_at', of='sightings.') }}
    union all
    select * from {{ ref('int_doubles') }} where {{ in_stale_days('observed_at') }}
),
observations as (
    select
        once.*, crawls.day, crawls.cadence_seconds, crawls.gap_seconds, crawls.is_gap_short,
        crawls.observed_epoch, crawls.unbroken_number,
        coalesce(once.started_at <= crawls.previous_observed_at, false) as is_live_throughout,
        case
            when crawls.gap_seconds is null then crawls.cadence_seconds
            when crawls.is_gap_short then crawls.gap_seconds
            -- live through an outage: as far back as the day goes
            when once.started_at <= crawls.previous_observed_at
                then least(crawls.gap_seconds, crawls.seconds_of_day)
            when once.started_at is not null
                then greatest(crawls.observed_epoch - {{ epoch_seconds('once.started_at') }}, 0)
                    + {{ div('crawls.cadence_seconds', 2) }}
            else crawls.cadence_seconds
        end as sample_seconds
    from once
    inner join {{ ref('int_crawls') }} as crawls
        on once.platform = crawls.platform and once.observed_at = crawls.observed_at and crawls.is_complete
)
{%- endmacro %}
{#- The common table expressions `details` and `tags`: the tags that streams of the stale days showed, as
    numbers, because a day of a large platform has tens of millions of tags to sum up. Details are stored once
    a day, so those of an observation lie up to a day before it; most streams show the same tags all day. -#}
{% macro stale_tags() -%}
shown as (
    select {{ hash_of('platform, stream_id, details_id') }} as details_number, max(tags) as tags
    from {{ ref('stg_twitch__stream_details') }}
    where tags is not null and {{ in_stale_days('observed_at', lookback_days=1) }}
    group by {{ hash_of('platform, stream_id, details_id') }}
),
listed as (
    select distinct lists.tags, elements.tag
    from (select distinct tags from shown) as lists {{ each_of(text_array('lists.tags'), 'tag') }}
    where trim(elements.tag) <> ''
),
tags as (
    select tag, row_number() over (order by tag) as tag_number
    from (select distinct tag from listed) as every_tag
),
lists as (
    select listed.tags, array_agg(tags.tag_number) as tag_numbers
    from listed inner join tags on listed.tag = tags.tag group by listed.tags
),
details as (
    select shown.details_number, lists.tag_numbers from shown inner join lists on shown.tags = lists.tags
)
{%- endmacro %}
{#- A number that stands for a category of a platform: tens of millions are sorted, joined and kept. -#}
{% macro category_number(type, category, of='') -%}
{{ fingerprint("concat_ws('/', " ~ of ~ "platform, " ~ type ~ ", " ~ category ~ ")", 60) }}
{%- endmacro %}
