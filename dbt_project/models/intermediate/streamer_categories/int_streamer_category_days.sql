{{ config(materialized='incremental') }}
{%- set sums = "cast(sum(airtime_seconds) as bigint) as airtime_seconds,
    cast(sum(viewer_seconds) as bigint) as viewer_seconds" %}

-- Who had how much of each game, language and tag, by numbers: what unique streamers of any period are
-- counted from.
with

stretches as (

    select
        *,
        coalesce(nullif(language, ''), '(unknown)') as spoken,
        {{ fingerprint('streamer_id', 60) }} as streamer_number,
        {{ hash_of('platform, stream_id, details_id') }} as details_number
    from {{ ref('int_stretches') }}
    where {{ on_stale_days() }}

),

{{ stale_tags() }},

tagged as (

    select
        stretches.platform,
        stretches.day,
        elements.tag_number,
        stretches.streamer_number,
        {{ sums }}
    from stretches
    inner join details on stretches.details_number = details.details_number
    {{ each_of('details.tag_numbers', 'tag_number') }}
    group by stretches.platform, stretches.day, elements.tag_number, stretches.streamer_number

)

{% for type, category in [('game', 'game_id'), ('language', 'spoken')] %}
select
    platform,
    day,
    {{ 'true' if type == 'game' else 'false' }} as is_game,
    {{ category_number("'" ~ type ~ "'", category) }} as category_number,
    streamer_number,
    {{ sums }}
from stretches
group by platform, day, {{ category }}, streamer_number
union all
{% endfor %}
select
    tagged.platform,
    tagged.day,
    false as is_game,
    {{ category_number("'tag'", 'tags.tag', of='tagged.') }} as category_number,
    tagged.streamer_number,
    tagged.airtime_seconds,
    tagged.viewer_seconds
from tagged
inner join tags on tagged.tag_number = tags.tag_number
