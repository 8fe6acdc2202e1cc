{#- Which days and periods a model has to build again: those that the ledger does not vouch for. A model says
    in config(stale=..) what it depends on: `crawls` (the default), `facts` (what games are known by, too), or
    `history` (all days from the first stale one on). Only literals prune what is read. -#}
{#- The model's stale days as rows of platform, first_day, last_day, start_at and end_at (UTC): runs of days,
    or for `history` one range a platform, up to the next day that a later part of the build begins with. -#}
{% macro stale_ranges() -%}
    {%- set kind = config.get('stale', 'crawls') -%}
    {%- set days = 'tracked_days' if '/tracked/' in model.original_file_path else 'days' -%}
    {%- set query -%}
        with days as (
            select *, not is_pruned and not (is_built {{ "and has_facts" if kind == 'facts' }}) as is_doubted
            from meta.{{ days }} -- {{ ref('int_' ~ days) }} next to the ledger
        ), runs as (
            select *, row_number() over (partition by platform order by day)
                - row_number() over (partition by platform, is_doubted, is_due order by day) as run,
                min(case when is_doubted and is_due then day end) over (partition by platform) as first_due
            from days)
        select platform, min(day) as first_day, min(start_at) as start_at,
        {%- if kind == 'history' %}
            cast(coalesce(min(case when not is_due then day end) - interval '1' day, date '9999-12-30')
                as date) as last_day,
            coalesce(min(case when not is_due then start_at end), timestamp '9999-12-30') as end_at
        from runs where is_doubted and day >= first_due group by platform order by platform
        {%- else %}
            max(day) as last_day, max(end_at) as end_at
        from runs where is_doubted and is_due group by platform, run order by platform, first_day
        {%- endif -%} {%- endset -%}
    {%- set known = graph.setdefault('stale ' ~ days ~ ' of ' ~ invocation_id, {}) -%}
    {%- do known.update({kind: run_query(query).rows}) if execute and kind not in known -%}
    {{ return(known.get(kind, [])) }} {%- endmacro %}
{#- A condition on `platform` and a timestamp column: true for what belongs to a stale day, or lies up to
    `lookback_days` before one. `of` is the relation that the columns belong to. -#}
{% macro in_stale_days(column, lookback_days=0, of='') -%}
    {%- set type, first, until, last = ('date', 'first_day', '<=', 'last_day') if column == 'day'
        else ('timestamp', 'start_at', '<', 'end_at') -%}
    {%- set ranges, each, earlier = stale_ranges(), [],
        " - interval '" ~ lookback_days ~ "' day" if lookback_days else "" -%}
    {%- set within = "{0} >= {1} '{{}}'{2} and {0} {3} {1} '{{}}'".format(of~column, type, earlier, until) -%}
    {%- for range in ranges -%}
        {%- do each.append("({}platform = '{}' and ".format(of, range.platform)
            ~ within.format(range[first], range[last]) ~ ")") -%}
    {%- endfor -%} {%- if not each -%} (1 = 0)
    {%- else -%} ({{ within.format(ranges | map(attribute=first) | min, ranges | map(attribute=last) | max) }}
        and ({{ each | join(' or ') }}))
    {%- endif -%} {%- endmacro %}
{#- The same for the column `day`, which rows of the day grain have. -#}
{% macro on_stale_days(lookback_days=0, of='') %}{{ in_stale_days('day', lookback_days, of) }}{% endmacro %}
{#- A condition on the columns platform, period and period_start of `of`: true for periods that hold a stale
    day, or for `history` lie at or after one, and for those that were never built. -#}
{% macro in_stale_periods(of) -%}
({{ of }}.platform, {{ of }}.period, {{ of }}.period_start) in (
    select periods.platform, periods.period, periods.period_start from {{ ref('int_periods') }} as periods
    where (periods.platform, periods.period, periods.period_start)
        not in (select built.platform, built.period, built.period_start from {{ built_periods() }} as built)
    {%- for range in stale_ranges() %}
        or (periods.platform = '{{ range.platform }}' and periods.period_end > date '{{ range.first_day }}'
            and periods.period_start <= date '{{ range.last_day }}')
    {%- endfor %}
) {%- endmacro %}
