{#- A condition: true for what is not later than the build, by more than clocks are apart. -#}
{% macro has_happened(at) -%} {{ at }} <= interval '2' minute
    + timestamp '{{ var("as_of") or run_started_at.strftime("%Y-%m-%d %H:%M:%S") }}' {%- endmacro %}
