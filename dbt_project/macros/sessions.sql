{#- How stretches become sessions. -#}

{% macro session_limit() -%}172800{%- endmacro %}

{#- Stands for a start that the platform did not give: min_by would pass over a null. -#}
{% macro unknown_start() -%}-1000000000{%- endmacro %}

{#- The common table expression `carried`: of each streamer the newest session before the first stale day. A session
    links to nothing older than 48 hours, so it is looked for no further back than four days. -#}
{% macro carried_sessions() -%}
carried as (

    {% if is_incremental() -%}
    select
        platform,
        streamer_id,
        max(last_epoch) as last_epoch,
        max_by(nullif(stream_id, ''), last_epoch) as stream_id,
        max_by(island_epoch, last_epoch) as island_epoch,
        max_by(origin_epoch, last_epoch) as origin_epoch
    from {{ this }}
    where
        (1 = 0)
        {%- for range in stale_ranges() %}
        or (
            platform = '{{ range.platform }}'
            and day >= date '{{ range.first_day }}' - interval '4' day
            and day < date '{{ range.first_day }}'
        )
        {%- endfor %}
    group by platform, streamer_id
    {%- else -%}
    select
        cast(null as string) as platform,
        cast(null as string) as streamer_id,
        cast(null as bigint) as last_epoch,
        cast(null as string) as stream_id,
        cast(null as bigint) as island_epoch,
        cast(null as bigint) as origin_epoch
    where (1 = 0)
    {%- endif %}

)
{%- endmacro %}

{#- The common table expression `pieces`: stretches with session_part, which counts their 48 hours from 0. The few that
    48 hours end within are summed up anew, from their observations. -#}
{% macro cut_stretches(counted) -%}
{%- set part = div('{0} - {1}origin_epoch', session_limit()) %}
{{ observations() }},

cut as (

    select * from {{ counted }}
    where {{ part.format('first_epoch', '') }} <> {{ part.format('last_epoch', '') }}

),

pieces as (

    select
        platform, day, streamer_id, stream_id, game_id, started_epoch, island_epoch, origin_epoch,
        {{ part.format('first_epoch', '') }} as session_part,
        first_epoch, last_epoch, airtime_seconds, viewer_seconds, peak_viewers
    from {{ counted }}
    where {{ part.format('first_epoch', '') }} = {{ part.format('last_epoch', '') }}
    union all
    select
        cut.platform, cut.day, cut.streamer_id, cut.stream_id, cut.game_id, cut.started_epoch, cut.island_epoch,
        cut.origin_epoch,
        {{ part.format('observations.observed_epoch', 'cut.') }} as session_part,
        observations.observed_epoch as first_epoch, observations.observed_epoch as last_epoch,
        observations.sample_seconds as airtime_seconds,
        observations.viewer_count * observations.sample_seconds as viewer_seconds,
        observations.viewer_count as peak_viewers
    from observations
    inner join cut
        on observations.platform = cut.platform
        and observations.streamer_id = cut.streamer_id
        and observations.observed_epoch >= cut.first_epoch
        and observations.observed_epoch <= cut.last_epoch

)
{%- endmacro %}
