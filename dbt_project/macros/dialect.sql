{#- What DuckDB and Spark spell differently, each with its two spellings; at most twelve. -#}
{#- Whole seconds since 1970, rounded down. -#}
{% macro epoch_seconds(at) %}{{ return(adapter.dispatch('epoch_seconds')(at)) }}{% endmacro %}
{% macro duckdb__epoch_seconds(at) %}date_diff('second', timestamp '1970-01-01', {{ at }}){% endmacro %}
{% macro spark__epoch_seconds(at) %}unix_timestamp({{ at }}){% endmacro %}
{#- Division of whole numbers, truncated; beyond 64 bits with their type, because Spark's own wraps. -#}
{% macro div(dividend, divisor, type='') -%}
    {{ return(adapter.dispatch('div')(dividend, divisor, type)) }} {%- endmacro %}
{% macro duckdb__div(dividend, divisor, type) %}(({{ dividend }}) // ({{ divisor }})){% endmacro %}
{% macro spark__div(dividend, divisor, type) -%}
    {%- set a, b = '(' ~ dividend ~ ')', '(' ~ divisor ~ ')' -%}
    {%- if not type -%} ({{ a }} div {{ b }})
    {%- else -%} cast(({{ a }} - {{ a }} % {{ b }}) / cast({{ b }} as {{ type }}) as {{ type }}){%- endif -%}
{%- endmacro %}
{#- The type of whole numbers beyond 64 bits. -#}
{% macro big_integer() %}{{ return(adapter.dispatch('big_integer')()) }}{% endmacro %}
{% macro duckdb__big_integer() %}hugeint{% endmacro %}
{% macro spark__big_integer() %}decimal(38, 0){% endmacro %}
{#- The date that a UTC instant has in the reporting time zone. -#}
{% macro local_date(at) %}{{ return(adapter.dispatch('local_date')(at)) }}{% endmacro %}
{% macro duckdb__local_date(at) -%} cast({{ at if var('timezone') == 'UTC'
    else "timezone('" ~ var('timezone') ~ "', timezone('UTC', " ~ at ~ "))" }} as date) {%- endmacro %}
{% macro spark__local_date(at) %}to_date(from_utc_timestamp({{ at }}, '{{ var("timezone") }}')){% endmacro %}
{#- The UTC instant at which a date begins in the reporting time zone. -#}
{% macro start_of_date(date) %}{{ return(adapter.dispatch('start_of_date')(date)) }}{% endmacro %}
{% macro duckdb__start_of_date(date) -%} {%- set local = "cast(" ~ date ~ " as timestamp)" -%}
    {{ local if var('timezone') == 'UTC'
        else "timezone('UTC', timezone('" ~ var('timezone') ~ "', " ~ local ~ "))" }} {%- endmacro %}
{% macro spark__start_of_date(date) -%}
    cast(to_utc_timestamp(cast({{ date }} as timestamp), '{{ var("timezone") }}') as timestamp)
{%- endmacro %}
{#- The distinct values of a group as a sorted array. -#}
{% macro sorted_array(value) %}{{ return(adapter.dispatch('sorted_array')(value)) }}{% endmacro %}
{% macro duckdb__sorted_array(value) %}list_sort(coalesce(list_distinct(list({{ value }})), [])){% endmacro %}
{% macro spark__sorted_array(value) %}array_sort(collect_set({{ value }})){% endmacro %}
{#- A join with the elements of an array. -#}
{% macro each_of(array, name) %}{{ return(adapter.dispatch('each_of')(array, name)) }}{% endmacro %}
{% macro duckdb__each_of(array, name) %}cross join unnest({{ array }}) as elements({{ name }}){% endmacro %}
{% macro spark__each_of(array, name) %}lateral view explode({{ array }}) elements as {{ name }}{% endmacro %}
{#- Text of a JSON array as an array of text. -#}
{% macro text_array(json_array) %}{{ return(adapter.dispatch('text_array')(json_array)) }}{% endmacro %}
{% macro duckdb__text_array(json_array) %}cast({{ json_array }} as varchar[]){% endmacro %}
{% macro spark__text_array(json_array) %}from_json({{ json_array }}, 'array<string>'){% endmacro %}
{#- A whole number of so many bits, a multiple of 4, made of a text, which no new version changes: 60 tell
    texts apart, and thousands of 44 add up within 64. -#}
{% macro fingerprint(text, bits=44) %}{{ return(adapter.dispatch('fingerprint')(text, bits)) }}{% endmacro %}
{% macro duckdb__fingerprint(text, bits) -%}
    cast(md5_number_lower({{ text }}) >> {{ 64 - bits }} as bigint) {%- endmacro %}
{% macro spark__fingerprint(text, bits) -%}
    cast(conv(substr(md5({{ text }}), 1, {{ bits // 4 }}), 16, 10) as bigint) {%- endmacro %}
{#- A number of 64 bits that tells values apart, to sort and compare by; it differs between engines. -#}
{% macro hash_of(values) %}{{ return(adapter.dispatch('hash_of')(values)) }}{% endmacro %}
{% macro duckdb__hash_of(values) %}hash({{ values }}){% endmacro %}
{% macro spark__hash_of(values) %}xxhash64({{ values }}){% endmacro %}
{#- A tag as it is shown: in Unicode form NFC, which Spark cannot make, and without blanks around it. -#}
{% macro tag_spelling(tag) %}{{ return(adapter.dispatch('tag_spelling')(tag, " \t\u00a0\u1680\u2000\u2001" ~
    "\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000")) }}{% endmacro %}
{% macro duckdb__tag_spelling(tag, blanks) %}nfc_normalize(trim({{ tag }}, '{{ blanks }}')){% endmacro %}
{% macro spark__tag_spelling(tag, blanks) %}trim(both '{{ blanks }}' from {{ tag }}){% endmacro %}
{#- The ledger made again as a query that may read it. Its readers see the one or the other, whole. -#}
{% macro revise(ledger, query) %}{{ return(adapter.dispatch('revise')(ledger, query)) }}{% endmacro %}
{% macro duckdb__revise(ledger, query) %}create or replace table {{ ledger }} as {{ query }};{% endmacro %}
{% macro spark__revise(ledger, query) -%}
    {%- set new = ledger ~ modules.datetime.datetime.now().strftime('_%Y%m%d%H%M%S%f') -%}
    {%- do run_query("create table " ~ new ~ " as " ~ query) -%}
    {%- do run_query("alter view " ~ ledger ~ " as select * from " ~ new) -%}
{%- endmacro %}
