{#- The key of a model: no two rows share it and no part of it is null.

    Where each build touches only some days or periods of a large model, `newest_only` keeps to the newest:
    `day`, or `period_start` for the newest of each kind of period. -#}
{% test unique_combination(model, columns, newest_only=none) %}

{%- set within = 'platform, period' if newest_only == 'period_start' else 'platform' %}

select
    {{ columns | join(', ') }},
    count(*) as row_count
from {{ model }}
{% if newest_only %}
where
    ({{ within }}, {{ newest_only }})
    in (select {{ within }}, max({{ newest_only }}) as newest from {{ model }} group by {{ within }})
{% endif %}
group by {{ columns | join(', ') }}
having count(*) > 1 or {{ columns | join(' is null or ') }} is null

{% endtest %}
