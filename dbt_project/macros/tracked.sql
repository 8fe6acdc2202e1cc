{#- Of a known reading, from the known one before: its change, and how a counter fell, if it did. -#}
{% macro change_from(before, value) -%} case when sort = 'counter' and {{ value }} < {{ before }} then 0
    else {{ value }} - {{ before }} end {%- endmacro %}
{% macro fall_from(before, value) -%} case when sort = 'counter' and {{ value }} < {{ before }} then
    case when {{ value }} * 2 < {{ before }} then 'reset' else 'correction' end end {%- endmacro %}
{#- Seconds for which a value stands: until the next reading, but no longer than two intervals. -#}
{% macro stands_for(next, since, every) -%}
    greatest(least(coalesce({{ next }} - {{ since }}, {{ every }}), 2 * {{ every }}), 1) {%- endmacro %}
{#- A quotient of millionths, in 64 bits where they do: its whole part and its rest each fit a double. -#}
{% macro of_millionths(dividend, divisor='1000000') -%} case when abs({{ dividend }}) < 9000000000000000000
    then {{ whole_and_rest('cast(' ~ dividend ~ ' as bigint)', divisor) }}
    else {{ whole_and_rest(dividend, divisor, big_integer()) }} end {%- endmacro %}
{% macro whole_and_rest(a, b, type='') -%} cast(cast({{ div(a, b, type) }} as bigint) as double)
    + cast({{ a }} % {{ b }} as double) / cast({{ b }} as double) {%- endmacro %}
