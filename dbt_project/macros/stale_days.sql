{#- Which days a model has to build again: those whose crawls are not the ones it was last built from.

    Every day model carries `source_version`; `int_days`, or another model with a row a day, states what it
    should be. The days reach the SQL as literals, because only literals prune what is read. -#}

{#- A condition on `platform` and a timestamp column: true for what belongs to a stale day, or lies up to
    `lookback_days` before one. -#}
{% macro in_stale_days(column, lookback_days=0) -%}
    {%- if not is_incremental() -%} true
    {%- else -%}
        {%- set ranges = stale_ranges() -%}
        {%- set earlier = " - interval '" ~ lookback_days ~ "' day" if lookback_days else "" -%}
        {%- if not ranges -%} false
        {%- else -%}
            {{ column }} >= timestamp '{{ ranges | map(attribute="start_at") | min }}'{{ earlier }}
            and {{ column }} < timestamp '{{ ranges | map(attribute="end_at") | max }}'
            and (
            {%- for range in ranges %}
                {{ "or " if not loop.first }}(platform = '{{ range.platform }}' and {{ column }} >= timestamp '
                {{- range.start_at }}'{{ earlier }} and {{ column }} < timestamp '{{ range.end_at }}')
            {%- endfor %}
            )
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{#- The same for a column `day`, which rows of the day grain have. -#}
{% macro on_stale_days(lookback_days=0) -%}
    {%- if not is_incremental() -%} true
    {%- else -%} (
        {%- set earlier = " - interval '" ~ lookback_days ~ "' day" if lookback_days else "" -%}
        {%- for range in stale_ranges() -%}
            {{ " or " if not loop.first }}(platform = '{{ range.platform }}' and day >= date '
            {{- range.first_day }}'{{ earlier }} and day <= date '{{ range.last_day }}')
        {%- else -%} false
        {%- endfor -%} )
    {%- endif -%}
{%- endmacro %}

{#- Runs of stale days of one platform, as a list of platform, first_day, last_day, start_at and end_at (UTC).
    What versions there are is in the model's config(), see replace_days.sql. -#}
{% macro stale_ranges() -%}
    {%- set built_by = config.get('built_by') -%}
    {%- set built = adapter.get_relation(this.database, this.schema, built_by) if built_by else this -%}
    {%- set query -%}
        with
        stale as (
            select
                days.platform,
                days.day,
                days.start_at,
                days.end_at,
                days.day_number - row_number() over (partition by days.platform order by days.day) as run
            from {{ ref(config.get('day_versions', 'int_days')) }} as days
            {% if built -%}
            left join (select distinct platform, day, source_version from {{ built }}) as built
                on days.platform = built.platform
                and days.day = built.day
                and days.{{ config.get('day_version', 'source_version') }} = built.source_version
            where built.day is null
            {%- endif %}
        )
        select platform, min(day) as first_day, max(day) as last_day, min(start_at), max(end_at)
        from stale
        group by platform, run
        order by platform, first_day
    {%- endset -%}
    {%- set ranges = [] -%}
    {%- for row in run_query(query).rows -%}
        {%- do ranges.append({
            'platform': row[0], 'first_day': row[1] | string, 'last_day': row[2] | string,
            'start_at': row[3] | string, 'end_at': row[4] | string,
        }) -%}
    {%- endfor -%}
    {{ return(ranges) }}
{%- endmacro %}
