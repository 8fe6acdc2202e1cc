{#- The incremental strategy of the day models: the days that were built again replace their old rows, and rows of
    days that are no longer what they were built from go. A delete by two keys through a join, as the usual
    strategy writes it, compares every old row with every new one.

    config(): `day_versions` is the model with a row a day, `day_version` its column with what should be,
    `built_by` a small model built from this one that tells as well what this one was built from. Of a day that
    is not stale itself, only the rows with the same `replaced_by` columns are replaced. -#}
{% macro get_incremental_replace_days_sql(arguments) -%}
    {%- set columns = arguments['dest_columns'] | map(attribute='quoted') | join(', ') -%}
    {%- set target = arguments['target_relation'] -%}
    {%- set built_by = config.get('built_by') -%}
    {%- set built = adapter.get_relation(target.database, target.schema, built_by) if built_by else none -%}
    {%- set replaced = (['platform', 'day'] + config.get('replaced_by', [])) | join(', ') -%}
    delete from {{ target }}
    where ({{ replaced }}) in (select distinct {{ replaced }} from {{ arguments['temp_relation'] }});

    delete from {{ target }}
    where (platform, day) in (
        select built.platform, built.day
        from (select distinct platform, day, source_version from {{ built or target }}) as built
        left join {{ ref(config.get('day_versions', 'int_days')) }} as days
            on built.platform = days.platform
            and built.day = days.day
            and built.source_version = days.{{ config.get('day_version', 'source_version') }}
        where days.platform is null
    );

    insert into {{ target }} ({{ columns }})
    (
        select {{ columns }}
        from {{ arguments['temp_relation'] }}
    )
{%- endmacro %}
