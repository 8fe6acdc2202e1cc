{#- The common table expression `observations`: one row per platform, complete crawl and streamer of the
    model's stale days. What raw holds more than once counts once: int_doubles has it, all else passes. -#}
{% macro observations() -%}
once as (
    select sightings.* from {{ ref('stg_airtime__sightings') }} as sightings
    left join {{ ref('int_doubles') }} as doubles
        on sightings.platform = doubles.platform and sightings.observed_at = doubles.observed_at
        and sightings.streamer_id = doubles.streamer_id
    where doubles.platform is null and {{ in_stale_days('observed_at', of='sightings.') }}
    union all
    select * from {{ ref('int_doubles') }} where {{ in_stale_days('observed_at') }}
), observations as (
    select once.*, crawls.day, crawls.crawl_number, crawls.observed_epoch, crawls.unbroken_number,
        crawls.cadence_seconds, crawls.gap_seconds, crawls.is_gap_short,
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
    from once inner join {{ ref('int_crawls') }} as crawls
        on once.platform = crawls.platform and once.observed_at = crawls.observed_at and crawls.is_complete
) {%- endmacro %}
{#- The common table expressions `details`, `tags` and `spellings`: the tags that the stale days showed, as
    numbers: a day has tens of millions. Details are stored once a day, so they lie up to a day before. -#}
{% macro stale_tags() -%} shown as (
    select {{ hash_of('platform, stream_id, details_id') }} as details_number, max(tags) as tags
    from {{ ref('stg_twitch__stream_details') }}
    where tags is not null and {{ in_stale_days('observed_at', lookback_days=1) }}
    group by {{ hash_of('platform, stream_id, details_id') }}
), listed as (
    select distinct lists.tags, {{ tag_spelling('elements.tag') }} as spelling
    from (select distinct tags from shown) as lists {{ each_of(text_array('lists.tags'), 'tag') }}
), spellings as (
    select *, row_number() over (order by spelling) as spelling_number,
        dense_rank() over (order by tag) as tag_number
    from (select distinct spelling, {{ folded_tag('spelling') }} as tag from listed where spelling <> '')
), tags as (select distinct tag, tag_number from spellings), lists as (
    select tags, array_agg(spelling_number) as spellings, {{ sorted_array('tag_number') }} as tag_numbers
    from listed inner join spellings using (spelling) group by tags
),
details as (select details_number, tag_numbers, lists.spellings from shown inner join lists using (tags))
{%- endmacro %}
{#- A number that stands for a category of a platform: tens of millions are sorted, joined and kept. -#}
{% macro category_number(type, category, of='') %}{{ return(fingerprint(
    "concat_ws('/', " ~ of ~ "platform, " ~ type ~ ", " ~ category ~ ")", 60)) }}{% endmacro %}
{#- A spelling of a tag as it is compared: case-folded, of folds that make it longer only the common ones. -#}
{% macro folded_tag(spelling) %}replace(translate(lower(replace({{ spelling }}, 'İ', 'i̇')),
    'ςſµϐϑϕϖϰϱϵẛ', 'σsμβθφπκρεṡ'), 'ß', 'ss'){% endmacro %}
