{#- The incremental strategy of the period models: the periods that were built again replace their old rows, and
    rows of periods that are no longer what they were built from go. -#}
{% macro get_incremental_replace_periods_sql(arguments) -%}
    {%- set columns = arguments['dest_columns'] | map(attribute='quoted') | join(', ') -%}
    {%- set key = 'platform, period, period_start' -%}
    delete from {{ arguments['target_relation'] }}
    where ({{ key }}) in (
        select {{ key }} from {{ arguments['temp_relation'] }}
        union
        select built.platform, built.period, built.period_start
        from (select distinct {{ key }}, source_version from {{ arguments['target_relation'] }}) as built
        left join {{ ref('int_period_versions') }} as versions
            on built.platform = versions.platform
            and built.period = versions.period
            and built.period_start = versions.period_start
            and built.source_version = versions.{{ period_version() }}
        where versions.platform is null
    );

    insert into {{ arguments['target_relation'] }} ({{ columns }})
    (
        select {{ columns }}
        from {{ arguments['temp_relation'] }}
    )
{%- endmacro %}
