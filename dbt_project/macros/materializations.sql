{#- How DuckDB keeps a model: in one transaction, without the renames, copies and questions of dbt-duckdb's
    own. Whoever reads, or kills the build, has what was there before or what is new, whole. -#}
{% materialization table, adapter='duckdb' %}{{ return(made_whole('table')) }}{% endmaterialization %}
{% materialization view, adapter='duckdb' %}{{ return(made_whole('view')) }}{% endmaterialization %}
{#- A table or view in the place of whatever has its name; a table's columns are in its contract's order. -#}
{% macro made_whole(type) -%}
    {%- set old, new = load_cached_relation(this), this.incorporate(type=type) -%}
    {%- set contract = config.get('contract').enforced and get_empty_schema_sql(model.columns) -%}
    {%- do get_assert_columns_equivalent(compiled_code) if contract and other_columns(contract) -%}
    {%- call in_one_transaction() -%}
        {{ "drop {} {};".format(old.type, old) if old and old.type != type }}
        create or replace {{ type }} {{ new }} as (
            {{ get_select_subquery(compiled_code) if contract and type == 'table' else compiled_code }}
        ); {{ alter_relation_comment(new, model.description) if config.persist_relation_docs() }}
        {%- for column in model.columns.values() if config.persist_column_docs() %}
        comment on column {{ new }}.{{ column.name }} is {{ duckdb_escape_comment(column.description) }};
        {%- endfor %}
    {%- endcall -%}
    {{ return({'relations': [new]}) }} {%- endmacro %}
{#- Stale days, or with the strategy replace_periods stale periods and those that are gone, are replaced, and
    older rows of the key in `also_replaced`. Only with such a key may a query read what it replaces. -#}
{% materialization incremental, adapter='duckdb' %}
    {%- if not is_incremental() %}{{ return(made_whole('table')) }}{% endif -%}
    {%- set key, made = config.get('also_replaced', []) | join(', '), this.identifier ~ '__made' -%}
    {%- set others = other_columns("from " ~ this) | join(', ') -%}
    {%- do exceptions.raise_compiler_error("the columns of " ~ this ~ " are not its query's any more ("
        ~ others ~ "): give the ledger in ledger.sql a new number, then make rebuild") if others -%}
    {%- call in_one_transaction() -%}
        {{ "create temporary table {} as (\n{}\n);".format(made, compiled_code) if key }}
        delete from {{ this }} where
        {%- if config.get('incremental_strategy') == 'replace_days' %} {{ on_stale_days() }}
        {%- else %} {{ in_stale_periods(this.identifier) }} or (platform, period, period_start)
            not in (select platform, period, period_start from {{ ref('int_periods') }})
        {%- endif %} {{ "or ({0}) in (select {0} from {1})".format(key, made) if key }};
        insert into {{ this }} by name {{ "from {0}; drop table {0}".format(made) if key else compiled_code }}
        ;
    {%- endcall -%}
    {{ return({'relations': [this]}) }} {%- endmaterialization %}
{#- The names of columns that the model's query or another has, and not both of them with the same type. -#}
{% macro other_columns(other) -%}
    {%- set columns = "(select column_name, column_type from (describe (\n{}\n)))" -%}
    {%- set one, other = columns.format(compiled_code), columns.format(other) -%}
    {{ return(run_query("select distinct column_name from (({0} except {1}) union ({1} except {0})) "
        "order by all".format(one, other)).columns[0].values()) }} {%- endmacro %}
{#- Carries out the model's SQL, and its hooks with it. -#}
{% macro in_one_transaction() -%} {%- set sql = caller() -%}
    {%- call statement('main', auto_begin=false) -%}
        begin; {% for hook in pre_hooks %}{{ render(hook.sql) }};{% endfor %} {{ sql }}
        {% for hook in post_hooks %}{{ render(hook.sql) }};{% endfor %} commit;
    {%- endcall -%} {%- endmacro %}
