{#- How Spark keeps what DuckDB deletes from and inserts into: tables of Parquet files, partitioned by what is
    replaced. These macros take the place of dbt-spark's, which knows other strategies. -#}
{% macro dbt_spark_validate_get_incremental_strategy(strategy, file_format) -%}
    {{ return(strategy) }} {%- endmacro %}
{#- What an incremental model is partitioned by, and nothing for any other. -#}
{% macro replaced_columns(of) -%}
    {{ return([] if of.get('materialized') != 'incremental' else ['platform', 'period', 'period_start']
        if of.get('incremental_strategy') == 'replace_periods' else ['platform', 'day']) }} {%- endmacro %}
{% macro spark__partition_cols(label, required=false) -%}
    {%- set columns = replaced_columns(config) | join(', ') -%}
    {{ label ~ " (" ~ columns ~ ")" if columns }} {%- endmacro %}
{#- Partitions that hold what is replaced are made whole in a table beside, then put into place by one
    insert, which is not atomic: a build that is killed meanwhile leaves the table beside, and the next one
    begins with that insert. At last, partitions that nothing was made for are dropped. -#}
{% macro dbt_spark_get_incremental_sql(strategy, source, target, existing, key, predicates) -%}
    {%- set columns, fresh = replaced_columns(config) | join(', '), target ~ '__fresh' -%}
    {%- set made, key = target ~ '__made', config.get('also_replaced', []) | join(', ') -%}
    {%- set stale = on_stale_days() if strategy == 'replace_days' else in_stale_periods(target.identifier)
        ~ " or (" ~ columns ~ ") not in (select " ~ columns ~ " from " ~ ref('int_periods') ~ ")" -%}
    {%- set also = " or ({0}) in (select {0} from {1})".format(key, fresh) if key else "" -%}
    {%- set replaced = "(" ~ stale ~ also ~ ")" -%}
    {%- set row = adapter.get_columns_in_relation(target) | map(attribute='name') | join(', ') -%}
    {%- set remains -%}
        union all select {{ row }} from {{ target }} where not {{ replaced }} and ({{ columns }}) in (
            select {{ columns }} from {{ target }} where {{ replaced }}
            union select {{ columns }} from {{ fresh }}
        )
    {%- endset -%}
    {%- do run_query("drop table if exists " ~ fresh) -%}
    {%- do run_query("create table " ~ fresh ~ " as select " ~ row ~ " from " ~ source) -%}
    {%- set kept = " " ~ remains if key else "" -%}
    {%- do run_query("create table " ~ made ~ " as select " ~ row ~ " from " ~ fresh ~ kept) -%}
    {%- do put_into_place(target, columns) -%}
    {%- set gone = run_query("select distinct " ~ columns ~ " from " ~ target ~ " where " ~ replaced
        ~ " and (" ~ columns ~ ") not in (select " ~ columns ~ " from " ~ made ~ ")") -%}
    {%- for partition in gone.rows -%}
        {%- set values = [] -%}
        {%- for name in replaced_columns(config) -%}
            {%- do values.append(name ~ "='" ~ partition[name] ~ "'") -%}
        {%- endfor -%}
        {%- do run_query("alter table " ~ target ~ " drop partition (" ~ values | join(', ') ~ ")") -%}
    {%- endfor -%}
    {%- do run_query("drop table " ~ fresh) -%}
    drop table {{ made }}
{%- endmacro %}
{#- The one insert that replaces partitions of `target` by those of the table beside it. -#}
{% macro put_into_place(target, columns) -%}
    {%- set row = adapter.get_columns_in_relation(target) | map(attribute='name') | join(', ') -%}
    {%- do run_query("set spark.sql.sources.partitionOverwriteMode = dynamic") -%}
    {%- do run_query("insert overwrite table {0} partition ({1}) select {2} from {0}__made".format(
        target, columns, row)) -%} {%- endmacro %}
{#- on-run-start: ends what a killed build had begun to put into place, and drops what the ledger was before;
    `made` are the tables that exist. -#}
{% macro end_what_was_killed(made) -%}
    {%- for ledger in [built_days(), built_periods()] if ledger.split('.')[1] in made -%}
        {%- set now = run_query("describe extended " ~ ledger).rows | map('join', ' ') | join(' ') -%}
        {%- for name in made if name.startswith(ledger.split('.')[1] ~ '_') and name not in now -%}
            {%- do run_query("drop table meta." ~ name) %}{% endfor %}{% endfor -%}
    {%- for node in graph.nodes.values() if node.config.materialized == 'incremental' -%}
        {%- set target = api.Relation.create(schema=node.schema, identifier=node.name, type='table') -%}
        {%- if node.name ~ '__made' in made and node.name in made and not flags.FULL_REFRESH -%}
            {%- do put_into_place(target, replaced_columns(node.config) | join(', ')) -%}
        {%- endif -%}
        {%- for left in ['__made', '__fresh'] if node.name ~ left in made -%}
            {%- do run_query("drop table " ~ target ~ left) -%}
        {%- endfor -%}
    {%- endfor -%} {%- endmacro %}
