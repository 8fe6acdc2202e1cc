{#- A condition on a load id: true for what was loaded since this model was built, and for a day more, because
    load ids are told by a clock that may be set back. -#}
{% macro in_new_loads(column) -%}
    {%- set newest = run_query("select cast(max(cast(load_id as double)) - 86400 as string) from " ~ this)
        .rows[0][0] if is_incremental() -%}
    {%- if newest -%} {{ column }} >= '{{ newest }}'
    {%- else -%} true
    {%- endif -%}
{%- endmacro %}

{#- One row of `sightings` from the newest load, known or not, if that load is newer than all in this model: it
    tells the next build up to where loads were read, also when they brought nothing new. -#}
{% macro newest_sighting(key) -%}
select *
from (
    select *
    from sightings
    order by load_id desc, {{ key | join(', ') }}
    limit 1
) as newest
where load_id > (select max(load_id) from {{ this }})
{%- endmacro %}

{#- A condition on `platform` and a timestamp column: true from each platform's newest live crawl on, or from
    `lookback_days` before it. The crawls reach the SQL as literals, because only literals prune what is read. -#}
{% macro since_newest_crawls(column, lookback_days=0) -%}
    {%- set query -%}
        select
            platform,
            max(observed_at) as observed_at
        from {{ ref('int_crawls_weighted') }}
        where is_live
        group by platform
        order by platform
    {%- endset -%}
    {%- set newest = run_query(query).rows if execute else [] -%}
    {%- set earlier = " - interval '" ~ lookback_days ~ "' day" if lookback_days else "" -%}
    {%- if not newest -%} false
    {%- else -%}
        {{ column }} >= timestamp '{{ newest | map(attribute="observed_at") | min }}'{{ earlier }}
        and (
        {%- for crawl in newest %}
            {{ "or " if not loop.first }}(platform = '{{ crawl.platform }}' and {{ column }} >= timestamp '
            {{- crawl.observed_at }}'{{ earlier }})
        {%- endfor %}
        )
    {%- endif -%}
{%- endmacro %}
