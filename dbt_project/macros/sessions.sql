{#- How observations become sessions, day by day.

    What happens on a day never changes the sessions of the days before it, so only the days from the
    first stale one on are built again, and each streamer's newest session is carried over into them. -#}

{% macro session_limit() -%}172800{%- endmacro %}

{#- Stands for a start that the platform did not give: min_by would pass over a null. -#}
{% macro unknown_start() -%}-1000000000{%- endmacro %}

{#- The common table expression `carried`: of each streamer the newest session before the first stale day.
    A session links to nothing older than 48 hours, so it is looked for no further back than three days. -#}
{% macro carried_sessions() -%}
{%- set ranges = first_stale_ranges() if is_incremental() else [] -%}
carried as (

    {% if ranges -%}
    select
        platform,
        streamer_id,
        max(last_epoch) as last_epoch,
        max_by(stream_id, last_epoch) as last_stream_id,
        max_by(island_epoch, last_epoch) as island_epoch
    from {{ this }}
    where
        {% for range in ranges -%}
        {{ "or " if not loop.first }}(
            platform = '{{ range.platform }}'
            and day >= date '{{ range.first_day }}' - interval '4' day
            and day < date '{{ range.first_day }}'
        )
        {% endfor %}
    group by platform, streamer_id
    {%- else -%}
    select
        cast(null as string) as platform,
        cast(null as string) as streamer_id,
        cast(null as bigint) as last_epoch,
        cast(null as string) as last_stream_id,
        cast(null as bigint) as island_epoch
    where false
    {%- endif %}

)
{%- endmacro %}

{#- The common table expression `parted`: `preceded` with island_epoch, the first observation of the
    unbroken presence, and session_part, which counts its 48 hours from 0: together they are a session. -#}
{% macro parted_presence(preceded) -%}
linked as (

    select
        *,
        case
            when break_seconds <= {{ var('reconnect_minutes') }} * 60 + cadence_seconds then true
            when break_seconds <= {{ session_limit() }} and stream_id = stream_id_before then true
            else false
        end as is_linked
    from {{ preceded }}

),

islands as (

    select
        *,
        coalesce(
            max(case when not is_linked then observed_epoch end) over (
                partition by platform, streamer_id order by observed_epoch
                rows between unbounded preceding and current row
            ),
            carried_island_epoch
        ) as island_epoch
    from linked

),

parted as (

    select
        *,
        {{ div('observed_epoch - island_epoch', session_limit()) }} as session_part,
        coalesce({{ epoch_seconds('started_at') }}, {{ unknown_start() }}) as started_epoch
    from islands

)
{%- endmacro %}

{#- The common table expression `session_days`: of the presences that reach into the stale days, now or when
    this model was built, the days that their sessions may be on. All other sessions are what they were. -#}
{% macro reached_session_days() -%}
{%- if is_incremental() -%}
reached as (

    select platform, streamer_id, island_epoch
    from {{ ref('int_session_days') }}
    where {{ since_first_stale('day') }}
    {%- for range in first_stale_ranges() %}
    union
    select platform, streamer_id, island_epoch
    from {{ this }}
    where
        platform = '{{ range.platform }}'
        and day >= date '{{ range.first_day }}' - interval '5' day
        and last_epoch >= {{ epoch_seconds("timestamp '" ~ range.start_at ~ "'") }}
    {%- endfor %}

),

{% endif -%}
session_days as (

    select session_days.* from {{ ref('int_session_days') }} as session_days
    {% if is_incremental() -%}
    inner join reached
        on session_days.platform = reached.platform
        and session_days.streamer_id = reached.streamer_id
        and session_days.island_epoch = reached.island_epoch
    where {{ since_first_stale('day', lookback_days=8, of='session_days.') }}
    {%- endif %}

)
{%- endmacro %}

{#- The common table expression `sessions`, its columns `own` and as `built_<name>` those that may be learnt later:
    null for the sessions that stale days reach. The others are what they were when this model was built. -#}
{% macro sessions_so_far(own, learnt) -%}
{%- set is_reached = since_first_stale('day', lookback_days=5, of='sessions.') -%}
sessions as (

    select
        sessions.{{ own }}
        {%- for column, type in learnt.items() %},
        cast(null as {{ type }}) as built_{{ column }}
        {%- endfor %}
    from {{ ref('int_sessions') }} as sessions
    where {{ is_reached }}
    {%- if is_incremental() %}
    union all
    select
        sessions.{{ own }}
        {%- for column in learnt %},
        sessions.{{ column }} as built_{{ column }}
        {%- endfor %}
    from {{ this }} as sessions
    inner join {{ ref('int_days') }} as versions
        on sessions.platform = versions.platform
        and sessions.day = versions.day
        and sessions.source_version = versions.history_version
    where not {{ is_reached }}
    {%- endif %}

)
{%- endmacro %}
