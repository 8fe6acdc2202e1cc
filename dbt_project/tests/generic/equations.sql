{#- Conditions on a row that hold in every row; one that comes out null holds.

    The model is read once; each broken condition is a row, with the number of rows that break it. -#}
{% test equations(model, expressions) %}

with

counts as (

    select
        {% for expression in expressions %}
        sum(case when not ({{ expression }}) then 1 else 0 end) as broken_{{ loop.index }},
        {% endfor %}
        count(*) as row_count
    from {{ model }}

)

{% for expression in expressions %}
{{ "union all" if not loop.first }}
select
    '{{ expression | replace("'", "''") }}' as equation,
    broken_{{ loop.index }} as row_count
from counts
where broken_{{ loop.index }} > 0
{% endfor %}

{% endtest %}
