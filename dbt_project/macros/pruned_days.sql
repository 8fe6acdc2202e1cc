{#- Days whose observations raw has dropped can only stay as they were built: in this time zone, from then. -#}
{% macro refuse_to_lose_pruned_days() -%}
    {%- if execute and adapter.type() == 'duckdb' -%}
        {%- set pruned = "select 1 from duckdb_tables() where schema_name = 'raw' and table_name = 'pruned'" -%}
        {%- if run_query(pruned).rows | length -%}
            {%- set days = "select count(*) from intermediate.int_days where timezone <> '"
                ~ var('timezone') ~ "'" -%}
            {%- if flags.FULL_REFRESH or run_query(days).rows[0][0] -%}
                {{ exceptions.raise_compiler_error(
                    "raw no longer holds every day (AIRTIME_RAW_RETENTION_DAYS), so a full refresh or another "
                    ~ "time zone would lose those days: make rebuild reads them again from landing"
                ) }}
            {%- endif -%}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
