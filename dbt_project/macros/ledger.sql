{#- What is built: the ledger `meta.built_days` and `meta.built_periods`, which nothing but these hooks writes.

    A day's `made_from` is what the last whole and successful build made it from, null as soon as any model may
    hold something else of it. So whatever is run, killed or edited in between, what is not vouched for is built
    again, and what is vouched for is what a fresh warehouse would hold. -#}

{% macro built_days() -%}meta.built_days{%- endmacro %}
{% macro built_periods() -%}meta.built_periods{%- endmacro %}

{#- on-run-start: makes the ledger. Everything is to be built again after a full refresh, or when the table of an
    incremental model is missing. -#}
{% macro prepare_ledger() -%}
    {%- if execute and adapter.type() == 'duckdb' -%}
        {%- set made = run_query("select table_schema || '.' || table_name from information_schema.tables
            where table_schema in ('intermediate', 'meta', 'raw')").columns[0].values() -%}
        {%- if 'intermediate.int_days' in made and built_days() not in made -%}
            {{ exceptions.raise_compiler_error("an older airtime built this warehouse: `make rebuild` makes it "
                ~ "again from the landing zone and keeps the old one beside it") }}
        {%- endif -%}
        {%- do run_query("create schema if not exists meta") -%}
        {%- do run_query("create table if not exists " ~ built_days()
            ~ " (platform varchar, day date, timezone varchar, made_from bigint, facts_from bigint)") -%}
        {%- do run_query("create table if not exists " ~ built_periods()
            ~ " (platform varchar, period varchar, period_start date)") -%}
        {%- set pruned = 'raw.pruned' in made and run_query("select 1 from raw.pruned").rows -%}
        {%- set elsewhere = run_query("select 1 from " ~ built_days() ~ " where timezone <> '" ~ var('timezone') ~ "'") -%}
        {%- if pruned and (flags.FULL_REFRESH or elsewhere.rows) -%}
            {{ exceptions.raise_compiler_error("raw no longer holds every day (AIRTIME_RAW_RETENTION_DAYS), so a full "
                ~ "refresh or another time zone would lose those days: make rebuild reads them again from landing") }}
        {%- endif -%}
        {%- set missing = [] -%}
        {%- for node in graph.nodes.values() if node.config.materialized == 'incremental'
            and node.schema ~ '.' ~ node.name not in made -%}
            {%- do missing.append(node.name) -%}
        {%- endfor -%}
        {%- if flags.FULL_REFRESH or missing -%}
            {%- do run_query("update " ~ built_days() ~ " set made_from = null, facts_from = null") -%}
            {%- do run_query("delete from " ~ built_periods()) -%}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{#- A fingerprint of all that decides how days are built: the vars, the models' SQL and the macros', without
    comments and layout. Marts are made whole each time and do not count. -#}
{% macro made_with() -%}
    {%- set texts = [var('timezone'), var('reconnect_minutes')] -%}
    {%- for node in (graph.nodes.values() | sort(attribute='unique_id') if execute else [])
        if node.resource_type == 'model' and node.schema != 'marts' -%}
        {%- do texts.append(node.unique_id ~ node.raw_code) -%}
    {%- endfor -%}
    {%- for name, macro in context['airtime'] | dictsort -%}
        {%- do texts.append(name ~ macro.macro.macro_sql) -%}
    {%- endfor -%}
    {%- set comments_and_layout = '--[^\n]*|\{#.*?#\}|\s' -%}
    {{ return(local_md5(modules.re.sub(comments_and_layout, '', texts | join('\n'), 0, modules.re.DOTALL))) }}
{%- endmacro %}

{#- After int_days: what is no longer what it was made from is vouched for no more. Days that any model may come
    to hold are in the ledger before it does, so that they are found when they are gone from raw. -#}
{% macro doubt_stale_days() -%}
    delete from {{ built_days() }}
    where (platform, day) in (select platform, day from {{ this }} where is_stale);
    insert into {{ built_days() }}
    select platform, day, '{{ var("timezone") }}', null, null from {{ this }} where is_stale;
    create or replace view meta.days as
    select
        days.platform, days.day, days.start_at, days.is_pruned, days.is_known, days.is_stale, days.is_due,
        days.is_kept, built.made_from is not null as is_built
    from {{ this }} as days
    inner join {{ built_days() }} as built on days.platform = built.platform and days.day = built.day
{%- endmacro %}

{#- After int_day_facts: the same of what games are known by. -#}
{% macro doubt_stale_facts() -%}
    update {{ built_days() }} as built set facts_from = null
    where not exists (
        select 1 from {{ this }} as days
        where built.platform = days.platform and built.day = days.day and built.facts_from = days.facts_from
    )
{%- endmacro %}

{#- After int_periods: a period that is gone is not built. -#}
{% macro forget_gone_periods() -%}
    delete from {{ built_periods() }}
    where (platform, period, period_start) not in (select platform, period, period_start from {{ this }})
{%- endmacro %}

{#- on-run-end: writes the ledger, if every model was built. -#}
{% macro write_ledger(results) -%}
    {%- set days, facts, periods = ref('int_days'), ref('int_day_facts'), ref('int_periods') -%}
    {%- set done = results | selectattr('status', 'equalto', 'success') | map(attribute='node.unique_id') | list -%}
    {%- set lacking = [] -%}
    {%- for node in (graph.nodes.values() if execute else [])
        if node.resource_type == 'model' and node.unique_id not in done -%}
        {%- do lacking.append(node.name) -%}
    {%- endfor -%}
    {%- if execute and adapter.type() == 'duckdb' and not lacking -%}
        begin transaction;
        create or replace temp table newly_built as
        select
            days.platform, days.day, '{{ var("timezone") }}' as timezone,
            case when days.is_due or not days.is_stale then days.made_from end as made_from,
            facts.facts_from
        from {{ days }} as days
        left join {{ facts }} as facts
            on days.platform = facts.platform and days.day = facts.day
        where days.row_count is not null and days.is_visible;
        delete from {{ built_days() }};
        insert into {{ built_days() }} select * from newly_built;
        delete from {{ built_periods() }};
        insert into {{ built_periods() }} select platform, period, period_start from {{ periods }};
        commit
    {%- endif -%}
{%- endmacro %}
