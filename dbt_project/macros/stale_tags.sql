{#- The common table expressions `details`, `details_tags` and `tags`: the tags that streams of the stale days showed.

    Numbers stand in for texts between them: a day of a large platform has tens of millions of tags to sum up,
    and texts as keys do not fit into memory. -#}
{% macro stale_tags() -%}
details as (

    select
        platform,
        stream_id,
        details_id,
        max(tags) as tags,
        row_number() over (order by platform, stream_id, details_id) as details_number
    from {{ ref('stg_twitch__stream_details') }}
    where tags is not null and {{ in_stale_days('observed_at', lookback_days=1) }}
    group by platform, stream_id, details_id

),

shown_tags as (

    select distinct
        details.details_number,
        elements.tag
    from details
    {{ each_of('details.tags', 'tag') }}
    where trim(elements.tag) <> ''

),

tags as (

    select
        tag,
        row_number() over (order by tag) as tag_number
    from (select distinct tag from shown_tags) as every_tag

),

details_tags as (

    select
        shown_tags.details_number,
        tags.tag_number
    from shown_tags
    inner join tags on shown_tags.tag = tags.tag

)
{%- endmacro %}
