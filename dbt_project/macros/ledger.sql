{#- What is built: the ledger, written only by these macros and the hooks of int_days, int_day_facts and
    int_periods. A day's `made_from` is what the last whole and successful build made it from, null as soon as
    any model may hold something else of it. So whatever is run, killed or edited in between, what is not
    vouched for is built again, and what is vouched for is what a fresh warehouse would hold. The number rises
    when a column of an incremental model changes: nothing is vouched for by a ledger of another number. -#}
{% macro built_days() %}meta.built_days_4{% endmacro %}
{% macro built_periods() %}meta.built_periods_4{% endmacro %}
{% macro missing_from(models) %}{{ return((graph.nodes or {}).values() | selectattr('relation_name')
    | selectattr('resource_type', 'eq', 'model') | map(attribute='unique_id')
    | reject('in', models) | list) }}{% endmacro %} {#- The models with a table or view besides these. -#}
{#- on-run-start: makes the ledger, and adds what an older raw lacks: the columns that sources.yml names.
    In another time zone all days are others: all that is built goes, but for the marts. All is to be built
    again after a full refresh, too, or when the table of an incremental model is missing. -#}
{% macro prepare_ledger() -%}
    {%- if execute -%}
        {%- set made, spark = [], adapter.type() == 'spark' -%}
        {%- for schema in ['intermediate', 'meta', 'raw'] -%}
            {%- do run_query("create schema if not exists " ~ schema) -%}
            {%- do made.extend(run_query("show tables from " ~ schema).columns[spark | int].values()) -%}
        {%- endfor -%}
        {%- if 'int_days' in made and built_days().split('.')[1] not in made -%}
            {{ exceptions.raise_compiler_error("an older airtime built this warehouse: `make rebuild` makes "
                ~ "it again from the landing zone and keeps the old one beside it") }}
        {%- elif 'landed_files' not in made and flags.WHICH in ['run', 'build'] -%}
            {{ exceptions.raise_compiler_error("nothing has been loaded into " ~ (target.path or target.host)
                ~ ": load first (make run, make import), or set AIRTIME_HOME to the home of a warehouse") }}
        {%- endif -%} {%- if spark %}{% do end_what_was_killed(made) %}{% endif -%}
        {%- for table in graph.sources.values() if not spark and 'landed_files' in made -%}
            {%- for column in table.columns.values() %}{% set added = column.name ~ " " ~ column.data_type -%}
                {%- do run_query(("create table if not exists raw.{0} ({1}); alter table raw.{0} "
                    ~ "add column if not exists {1}").format(table.name, added)) %}{% endfor %}{% endfor -%}
        {%- for table, row in {built_days(): "day date, timezone string, made_from bigint, facts_from bigint",
            built_periods(): "period string, period_start date"}.items() if table.split('.')[1] not in made %}
            {%- set name = table ~ '_first' if spark else table -%}
            {%- do run_query("create table if not exists " ~ name ~ " (platform string, " ~ row ~ ")") -%}
            {%- if spark %}{% do run_query("create view " ~ table ~ " as select * from " ~ name) %}{% endif %}
        {%- endfor -%}
        {%- set kept = graph.nodes.values() | selectattr('config.materialized', 'eq', 'incremental') -%}
        {%- set others = run_query("select distinct timezone from " ~ built_days() ~ " where timezone <> '"
            ~ var('timezone') ~ "'").columns[0].values() if flags.WHICH in ['run', 'build'] else [] %}
        {%- if (others or flags.FULL_REFRESH) and 'pruned' in made and run_query('from raw.pruned').rows -%}
            {{ exceptions.raise_compiler_error("raw has dropped days (AIRTIME_RAW_RETENTION_DAYS), which a "
                ~ "full refresh or another time zone loses: make rebuild reads them again from landing") }}
        {%- elif others and missing_from(selected_resources) -%}
            {{ exceptions.raise_compiler_error("what is built is of time zone " ~ others[0] ~ ", not of "
                ~ var('timezone') ~ ": build all models, or set AIRTIME_TIMEZONE to " ~ others[0]) }}
        {%- endif -%} {%- for node in graph.nodes.values() if others and node.schema == 'intermediate'
            and node.name != 'int_days' -%}
            {%- do drop_relation_if_exists(adapter.get_relation(target.database, node.schema, node.name)) %}
        {%- endfor -%}
        {%- if others or flags.FULL_REFRESH or kept | map(attribute='name') | reject('in', made) | list -%}
            {{ revise(built_days(), "select platform, day, timezone, cast(null as bigint) as made_from, "
                ~ "cast(null as bigint) as facts_from from " ~ built_days() ~ " where " ~ (not others)) }}
            {{ revise(built_periods(), "select * from " ~ built_periods() ~ " where (1 = 0)") }}
        {%- endif -%} {%- endif -%} {%- endmacro %}
{#- A fingerprint of all that decides how days are built: the vars, the models' SQL and the macros', without
    comments and layout. Marts are made whole each time and do not count. -#}
{% macro made_with() -%}
    {%- set texts = [var('timezone'), var('reconnect_minutes')] -%}
    {%- for node in (graph.nodes or {}).values() | sort(attribute='unique_id')
        if node.resource_type == 'model' and node.schema != 'marts' -%}
        {%- do texts.append(node.unique_id ~ node.raw_code) -%}{% endfor -%}
    {%- set texts = texts + context['airtime'] | dictsort | map(attribute='1.macro.macro_sql') | list -%}
    {%- set comments_and_layout = '--[^\n]*|\{#.*?#\}|\s' -%}
    {{ return(local_md5(modules.re.sub(comments_and_layout, '', texts | join('\n'), 0, modules.re.DOTALL))) }}
{%- endmacro %}
{#- on-run-end: writes the ledger, if every model was built. -#}
{% macro write_ledger(results) -%}
    {%- set days, facts, periods = ref('int_days'), ref('int_day_facts'), ref('int_periods') -%}
    {%- set tracked = ref('int_tracked_days') -%}
    {%- set row = "select platform, day, row_count, is_visible, is_stale, is_due, made_from from " -%}
    {%- set done = results | selectattr('status', 'eq', 'success') | map(attribute='node.unique_id') | list %}
    {%- if execute and not missing_from(done) -%}
        {%- set vouched_for -%}
        select days.platform, days.day, '{{ var("timezone") }}' as timezone,
            case when days.is_due or not days.is_stale then days.made_from end as made_from,
            coalesce(facts.facts_from, 0) as facts_from
        from ({{ row }} {{ days }} union all {{ row }} {{ tracked }}) as days
        left join {{ facts }} as facts on days.platform = facts.platform and days.day = facts.day
        where days.is_visible and (days.row_count is not null or days.is_stale and not days.is_due)
        {%- endset -%}
        {{ revise(built_periods(), "select platform, period, period_start from " ~ periods) }}
        {{ revise(built_days(), vouched_for) }}
    {%- endif -%} {%- endmacro %}
