{#- Schemas are named as they are configured, without a prefix: the marts are in `marts`. -#}
{% macro generate_schema_name(name, node) %}{{ name or target.schema }}{% endmacro %}
