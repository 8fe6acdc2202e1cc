{{ config(materialized='incremental') }}

-- Who had how much of each game, language and tag: what unique streamers of any period are counted from.
with

stretches as (

    select
        *,
        coalesce(nullif(language, ''), '(unknown)') as spoken,
        {{ hash_of('platform, stream_id, details_id') }} as details_number
    from {{ ref('int_stretches') }}
    where {{ on_stale_days() }}

),

{{ stale_tags() }},

tagged as (

    select
        stretches.platform,
        stretches.day,
        stretches.streamer_id,
        elements.tag_number,
        sum(stretches.airtime_seconds) as airtime_seconds,
        sum(stretches.viewer_seconds) as viewer_seconds
    from stretches
    inner join details on stretches.details_number = details.details_number
    {{ each_of('details.tag_numbers', 'tag_number') }}
    group by stretches.platform, stretches.day, stretches.streamer_id, elements.tag_number

)

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
    tagged.platform,
    tagged.day,
    'tag' as category_type,
    tags.tag as category,
    tagged.streamer_id,
    cast(tagged.airtime_seconds as bigint) as airtime_seconds,
    cast(tagged.viewer_seconds as bigint) as viewer_seconds
from tagged
inner join tags on tagged.tag_number = tags.tag_number
