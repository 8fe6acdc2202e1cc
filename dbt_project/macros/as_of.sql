{#- A condition: true for what does not lie in the build's future; two machines' clocks are 2 minutes apart. -#}
{% macro has_happened(at) -%} {{ at }} <= interval '2' minute
    + timestamp '{{ var("as_of") or run_started_at.strftime("%Y-%m-%d %H:%M:%S") }}' {%- endmacro %}
