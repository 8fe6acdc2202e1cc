{% macro session_limit() %}172800{% endmacro %} {#- Seconds after which a session is cut off: 48 hours. -#}
{#- The common table expression `carried`: of each streamer the newest session before the first stale day. A
    session links to nothing older than 48 hours, so it is looked for no further back than four days. -#}
{% macro carried_sessions() -%}
{%- set nothing = '(select *, first_epoch as island_epoch, 0 as origin_epoch from stretches limit 0)' -%}
carried as (
    select platform, streamer_id, max(last_epoch) as last_epoch,
        max_by(nullif(stream_id, ''), last_epoch) as stream_id,
        max_by(island_epoch, last_epoch) as island_epoch, max_by(origin_epoch, last_epoch) as origin_epoch
    from {{ this if is_incremental() else nothing }}
    where {{ on_stale_days(lookback_days=4) }} and not {{ on_stale_days() }} group by platform, streamer_id
) {%- endmacro %}
