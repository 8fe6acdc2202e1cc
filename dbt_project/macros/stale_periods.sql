{#- Which periods a model has to build again, and what they are put together from.

    Models of the period grain carry `source_version`; `int_period_versions` states in one of its columns,
    which the model names in config(period_version=..), what it should be. A period is the sum of the
    whole months and weeks in it, which are summed up once, and of the days that are left over. -#}

{#- The common table expression `parts`: of each stale period the days, weeks and months that make it up. -#}
{% macro stale_parts() -%}
parts as (

    select
        parts.*,
        versions.{{ period_version() }} as source_version
    from {{ ref('int_period_parts') }} as parts
    inner join {{ ref('int_period_versions') }} as versions
        on parts.platform = versions.platform
        and parts.period = versions.period
        and parts.period_start = versions.period_start
    {{ where_stale() }}

)
{%- endmacro %}

{#- The common table expression `period_days`: the days of the stale periods, of the kinds named if any are. -#}
{% macro stale_period_days(kinds=none) -%}
period_days as (

    select
        days.platform,
        days.period,
        days.period_start,
        days.day,
        versions.{{ period_version() }} as source_version
    from {{ ref('int_period_days') }} as days
    inner join {{ ref('int_period_versions') }} as versions
        on days.platform = versions.platform
        and days.period = versions.period
        and days.period_start = versions.period_start
        {% if kinds %}and days.period in ('{{ kinds | join("', '") }}'){% endif %}
    {{ where_stale() }}

)
{%- endmacro %}

{#- The common table expression `stale_periods`: the periods themselves. -#}
{% macro stale_periods() -%}
stale_periods as (

    select
        versions.platform,
        versions.period,
        versions.period_start,
        versions.{{ period_version() }} as source_version
    from {{ ref('int_period_versions') }} as versions
    {{ where_stale() }}

)
{%- endmacro %}

{#- Leaves the rows of `versions` whose period was built from something else, or not at all. -#}
{% macro where_stale() -%}
    {%- if is_incremental() -%}
    left join (select distinct platform, period, period_start, source_version from {{ this }}) as built
        on versions.platform = built.platform
        and versions.period = built.period
        and versions.period_start = built.period_start
        and versions.{{ period_version() }} = built.source_version
    where built.platform is null
    {%- endif -%}
{%- endmacro %}

{% macro period_version() -%}{{ config.get('period_version', 'source_version') }}{%- endmacro %}
