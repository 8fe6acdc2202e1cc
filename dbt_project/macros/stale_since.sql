{#- Models that carry something over from one day to the next are built again from the first stale day on. -#}

{#- True for rows whose column `day` is the platform's first stale day or later, or up to `lookback_days` before
    it; `of` is the relation that the columns belong to. -#}
{% macro since_first_stale(column, lookback_days=0, of='') -%}
    {%- if not is_incremental() -%} true
    {%- else -%} (
        {%- set earlier = " - interval '" ~ lookback_days ~ "' day" if lookback_days else "" -%}
        {%- for range in first_stale_ranges() -%}
            {{ " or " if not loop.first }}({{ of }}platform = '{{ range.platform }}' and {{ of }}{{ column }} >= date '
            {{- range.first_day }}'{{ earlier }})
        {%- else -%} false
        {%- endfor -%} )
    {%- endif -%}
{%- endmacro %}

{#- The first run of stale days of each platform, as `stale_ranges` gives it. -#}
{% macro first_stale_ranges() -%}
    {%- set firsts = {} -%}
    {%- for range in stale_ranges() -%}
        {%- if range.platform not in firsts -%} {%- do firsts.update({range.platform: range}) -%} {%- endif -%}
    {%- endfor -%}
    {{ return(firsts.values() | list) }}
{%- endmacro %}
