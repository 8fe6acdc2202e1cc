{#- What is built: the ledger, written only by these macros and the hooks of int_days, int_day_facts and
    int_periods. A day's `made_from` is what the last whole and successful build made it from, null as soon as
    any model may hold something else of it. So whatever is run, killed or edited in between, what is not
    vouched for is built again, and what is vouched for is what a fresh warehouse would hold. The number rises
    when a column of an incremental model changes: nothing is vouched for by a ledger of another number. -#}
{% macro built_days() %}meta.built_days_3{% endmacro %}
{% macro built_periods() %}meta.built_periods_3{% endmacro %}
{% macro missing_from(models) %}{{ return((graph.nodes or {}).values() | selectattr('relation_name')
    | selectattr('resource_type', 'eq', 'model') | map(attribute='unique_id')
    | reject('in', models) | list) }}{% endmacro %} {#- The models with a table or view besides these. -#}
{#- on-run-start: makes the ledger, and adds what an older raw lacks: the columns that sources.yml names.
    In another time zone all days are others: all that is built goes, but for the marts. All is to be built
    again after a full refresh, too, or when the table of an incremental model is missing. -#}
{% macro prepare_ledger() -%}
    {%- if execute and adapter.type() == 'duckdb' -%}
        {%- set made = run_query("select table_name from information_schema.tables").columns[0].values() -%}
        {%- if 'int_days' in made and built_days().split('.')[1] not in made -%}
            {{ exceptions.raise_compiler_error("an older airtime built this warehouse: `make rebuild` makes "
                ~ "it again from the landing zone and keeps the old one beside it") }}
        {%- elif 'landed_files' not in made and flags.WHICH in ['run', 'build'] -%}
            {{ exceptions.raise_compiler_error("nothing has been loaded into " ~ target.path ~ ": load first "
                ~ "(make run, make import), or set AIRTIME_HOME to the home that holds a warehouse") }}
        {%- endif -%}
        {%- for table in graph.sources.values() %}{% for column in table.columns.values() -%}
            {%- do run_query("alter table if exists raw.{} add column if not exists {} {}".format(
                table.name, column.name, column.data_type)) %}{% endfor %}{% endfor -%}
        {%- do run_query("create schema if not exists meta; create table if not exists " ~ built_days()
            ~ " (platform varchar, day date, timezone varchar, made_from bigint, facts_from bigint);
            create table if not exists " ~ built_periods()
            ~ " (platform varchar, period varchar, period_start date)") -%}
        {%- set kept = graph.nodes.values() | selectattr('config.materialized', 'eq', 'incremental') -%}
        {%- set others = run_query("select distinct timezone from " ~ built_days() ~ " where timezone <> '"
            ~ var('timezone') ~ "'").columns[0].values() if flags.WHICH in ['run', 'build'] else [] %}
        {%- if (others or flags.FULL_REFRESH) and 'pruned' in made and run_query('from raw.pruned').rows -%}
            {{ exceptions.raise_compiler_error("raw has dropped days (AIRTIME_RAW_RETENTION_DAYS), which a "
                ~ "full refresh or another time zone loses: make rebuild reads them again from landing") }}
        {%- elif others and missing_from(selected_resources) -%}
            {{ exceptions.raise_compiler_error("what is built is of time zone " ~ others[0] ~ ", not of "
                ~ var('timezone') ~ ": build all models, or set AIRTIME_TIMEZONE to " ~ others[0]) }}
        {%- elif others -%}
            {%- for one in graph.nodes.values() if one.schema == 'intermediate' and one.name != 'int_days' -%}
                {%- do drop_relation_if_exists(adapter.get_relation(target.database, one.schema, one.name)) %}
            {%- endfor %}{% do run_query("truncate " ~ built_days() ~ "; truncate " ~ built_periods()) -%}
        {%- elif flags.FULL_REFRESH or kept | map(attribute='name') | reject('in', made) | list -%}
            {%- do run_query("update " ~ built_days() ~ " set made_from = null, facts_from = null;
                delete from " ~ built_periods()) %}{% endif -%}
    {%- endif -%} {%- endmacro %}
{#- A fingerprint of all that decides how days are built: the vars, the models' SQL and the macros', without
    comments and layout. Marts are made whole each time and do not count. -#}
{% macro made_with() -%}
    {%- set texts = [var('timezone'), var('reconnect_minutes')] -%}
    {%- for node in (graph.nodes or {}).values() | sort(attribute='unique_id')
        if node.resource_type == 'model' and node.schema != 'marts' -%}
        {%- do texts.append(node.unique_id ~ node.raw_code) -%}
    {%- endfor -%}
    {%- set texts = texts + context['airtime'] | dictsort | map(attribute='1.macro.macro_sql') | list -%}
    {%- set comments_and_layout = '--[^\n]*|\{#.*?#\}|\s' -%}
    {{ return(local_md5(modules.re.sub(comments_and_layout, '', texts | join('\n'), 0, modules.re.DOTALL))) }}
{%- endmacro %}
{#- on-run-end: writes the ledger, if every model was built. -#}
{% macro write_ledger(results) -%}
    {%- set days, facts, periods = ref('int_days'), ref('int_day_facts'), ref('int_periods') -%}
    {%- set done = results | selectattr('status', 'eq', 'success') | map(attribute='node.unique_id') | list %}
    {%- if execute and adapter.type() == 'duckdb' and not missing_from(done) -%}
        begin transaction; delete from {{ built_days() }};
        insert into {{ built_days() }}
        select days.platform, days.day, '{{ var("timezone") }}',
            case when days.is_due or not days.is_stale then days.made_from end, coalesce(facts.facts_from, 0)
        from {{ days }} as days
        left join {{ facts }} as facts on days.platform = facts.platform and days.day = facts.day
        where days.is_visible and (days.row_count is not null or days.is_stale and not days.is_due);
        delete from {{ built_periods() }}; insert into {{ built_periods() }}
        select platform, period, period_start from {{ periods }}; commit
    {%- endif -%} {%- endmacro %}
