-- What is on air in the newest crawl of each live platform. The crawls are asked for first and reach the SQL
-- as literals, because only literals prune what is read.
{%- set query %}
    select platform, max(observed_at) as observed_at from {{ ref('int_crawls') }}
    where is_live and is_complete group by platform order by platform
{% endset %}
{%- set newest = run_query(query).rows if execute else [] %}
with

sightings as (

    select
        *,
        row_number() over (
            partition by platform, streamer_id
            order by started_at desc nulls last, stream_id desc, viewer_count desc, details_id desc
        ) as position
    from {{ ref('stg_twitch__observations') }}
    where
        (
            (1 = 0)
            {%- for crawl in newest %}
            or (platform = '{{ crawl.platform }}' and observed_at = timestamp '{{ crawl.observed_at }}')
            {%- endfor %}
        )

),

observations as (

    select * from sightings
    where position = 1

),

-- details are stored once a day
details as (

    select
        platform,
        stream_id,
        details_id,
        max(coalesce(streamer_name, streamer_login, streamer_id)) as streamer_name,
        max(game_name) as game_name,
        max(title) as title,
        max(tags) as tags
    from {{ ref('stg_twitch__stream_details') }}
    where
        (
            (1 = 0)
            {%- for crawl in newest %}
            or (
                platform = '{{ crawl.platform }}'
                and observed_at >= timestamp '{{ crawl.observed_at }}' - interval '1' day
            )
            {%- endfor %}
        )
        and (platform, stream_id, details_id) in (
            select
                observations.platform,
                observations.stream_id,
                observations.details_id
            from observations
        )
    group by platform, stream_id, details_id

)

select
    observations.platform,
    observations.stream_id,
    observations.streamer_id,
    details.streamer_name,
    observations.game_id,
    case
        when observations.game_id = '(no category)' then observations.game_id
        else coalesce(details.game_name, observations.game_id)
    end as game_name,
    details.title,
    nullif(observations.language, '') as language,
    {{ text_array('details.tags') }} as tags,
    observations.viewer_count,
    observations.started_at,
    observations.observed_at
from observations
inner join details
    on observations.platform = details.platform
    and observations.stream_id = details.stream_id
    and observations.details_id = details.details_id
