{{ config(materialized='incremental') }}

-- Who had how much of each game, language and tag: what unique streamers of any period are counted from.
with

stretches as (

    select
        *,
        coalesce(nullif(language, ''), '(unknown)') as spoken
    from {{ ref('int_stretches') }}
    where {{ on_stale_days() }}

),

{{ stale_tags() }}

{% for type, category in [('game', 'game_id'), ('language', 'spoken')] %}
select
    platform,
    day,
    '{{ type }}' as category_type,
    {{ category }} as category,
    streamer_id,
    cast(sum(airtime_seconds) as bigint) as airtime_seconds,
    cast(sum(viewer_seconds) as bigint) as viewer_seconds
from stretches
group by platform, day, {{ category }}, streamer_id
union all
{% endfor %}
select
    stretches.platform,
    stretches.day,
    'tag' as category_type,
    tags.tag as category,
    stretches.streamer_id,
    cast(sum(stretches.airtime_seconds) as bigint) as airtime_seconds,
    cast(sum(stretches.viewer_seconds) as bigint) as viewer_seconds
from stretches
inner join details
    on stretches.platform = details.platform
    and stretches.stream_id = details.stream_id
    and stretches.details_id = details.details_id
inner join tag_sets on details.tags = tag_sets.tags
inner join tags on tag_sets.tag_set = tags.tag_set
group by stretches.platform, stretches.day, tags.tag, stretches.streamer_id
