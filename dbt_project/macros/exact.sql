{#- Games are split over their publishers in 720720ths, which every count up to 16 divides. -#}
{% macro split_units() %}720720{% endmacro %}
{#- A quotient of whole numbers as double; null when the divisor is 0. -#}
{% macro ratio(part, all) %}(cast({{ part }} as double) / nullif(cast({{ all }} as double), 0)){% endmacro %}
{#- A quotient whose dividend is in split units: reduced where it is whole, so that no digit is lost. -#}
{% macro split_ratio(units, divisor) -%}
    case when {{ units }} % {{ split_units() }} = 0
    then {{ ratio(div(units, split_units(), big_integer()), divisor) }}
    else {{ ratio(units, '(' ~ divisor ~ ') * cast(' ~ split_units() ~ ' as ' ~ big_integer() ~ ')') }} end
{%- endmacro %}
{#- Orders by a quotient exactly: by its whole part, then by its remainder's share of the divisor. -#}
{% macro by_quotient(dividend, divisor) -%}
    {{ div(dividend, 'nullif(' ~ divisor ~ ', 0)') }} desc nulls last,
    {{ ratio(dividend ~ ' % nullif(' ~ divisor ~ ', 0)', divisor) }} desc nulls last {%- endmacro %}
{#- The UTC instant of whole seconds since 1970. -#}
{% macro instant(epoch) -%}
    (timestamp '1970-01-01 00:00:00' + ({{ epoch }}) * interval '1' second) {%- endmacro %}
