{#- Which days and periods a model has to build again: those that the ledger does not vouch for.

    A model says in config(stale=..) what it depends on: `crawls` (the default), `facts` (what games are known by, as
    well), or `history` (all days from the first stale one on, because something is carried over midnight). The
    days reach the SQL as literals, because only literals prune what is read. -#}

{#- The model's stale days as a list of platform, first_day, last_day, start_at and end_at (UTC): runs of days, or
    for `history` one range of each platform, up to the next day that a later part of the build begins with. -#}
{% macro stale_ranges() -%}
    {%- set kind = config.get('stale', 'crawls') -%}
    {%- set query -%}
        with
        days as (
            select
                days.platform, days.day, days.start_at, days.end_at, days.is_due, days.is_pruned,
                built.made_from is null {{ "or built.facts_from is null" if kind == 'facts' }} as is_stale,
                row_number() over (partition by days.platform order by days.day) as position
            from {{ ref('int_days') }} as days
            inner join {{ built_days() }} as built on days.platform = built.platform and days.day = built.day
        ),
        stale as (
            select *, position - row_number() over (partition by platform order by day) as run
            from days where is_stale and is_due
        )
        {% if kind == 'history' %},
        firsts as (select platform, min(day) as first_day, min(start_at) as start_at from stale group by platform),
        later as (
            select days.platform, min(days.day) as day, min(days.start_at) as start_at
            from days inner join firsts on days.platform = firsts.platform and days.day > firsts.first_day
            where days.is_stale and not days.is_due and not days.is_pruned
            group by days.platform
        )
        select
            firsts.platform, firsts.first_day, coalesce(later.day - interval '1' day, date '9999-12-30'),
            firsts.start_at, coalesce(later.start_at, timestamp '9999-12-30')
        from firsts left join later on firsts.platform = later.platform
        order by firsts.platform
        {% else %}
        select platform, min(day), max(day), min(start_at), max(end_at)
        from stale group by platform, run order by platform, 2
        {% endif %}
    {%- endset -%}
    {%- set ranges = [] -%}
    {%- for row in (run_query(query).rows if execute else []) -%}
        {%- do ranges.append({'platform': row[0], 'first_day': (row[1] | string)[:10],
            'last_day': (row[2] | string)[:10], 'start_at': row[3] | string, 'end_at': row[4] | string}) -%}
    {%- endfor -%}
    {{ return(ranges) }}
{%- endmacro %}

{#- A condition on `platform` and a timestamp column: true for what belongs to a stale day, or lies up to
    `lookback_days` before one. `of` is the relation that the columns belong to. -#}
{% macro in_stale_days(column, lookback_days=0, of='') -%}
    {{ within_ranges('timestamp', column, 'start_at', '<', 'end_at', lookback_days, of) }}
{%- endmacro %}

{#- The same for a column `day`, which rows of the day grain have. -#}
{% macro on_stale_days(lookback_days=0, of='') -%}
    {{ within_ranges('date', 'day', 'first_day', '<=', 'last_day', lookback_days, of) }}
{%- endmacro %}

{% macro within_ranges(type, column, first, at_most, last, lookback_days, of) -%}
    {%- set ranges = stale_ranges() -%}
    {%- set earlier = " - interval '" ~ lookback_days ~ "' day" if lookback_days else "" -%}
    {%- if not ranges -%} (1 = 0)
    {%- else -%}
        ({{ of }}{{ column }} >= {{ type }} '{{ ranges | map(attribute=first) | min }}'{{ earlier }}
        and {{ of }}{{ column }} {{ at_most }} {{ type }} '{{ ranges | map(attribute=last) | max }}'
        and (
        {%- for range in ranges %}
            {{ "or " if not loop.first }}({{ of }}platform = '{{ range.platform }}' and {{ of }}{{ column }} >= {{ type }} '
            {{- range[first] }}'{{ earlier }} and {{ of }}{{ column }} {{ at_most }} {{ type }} '{{ range[last] }}')
        {%- endfor %}
        ))
    {%- endif -%}
{%- endmacro %}

{#- A condition on the columns platform, period and period_start of `of`: true for periods that hold a stale day, or
    for `history` lie at or after one, and for those that were never built. -#}
{% macro in_stale_periods(of) -%}
({{ of }}.platform, {{ of }}.period, {{ of }}.period_start) in (
    select
        periods.platform,
        periods.period,
        periods.period_start
    from {{ ref('int_periods') }} as periods
    left join {{ built_periods() }} as built
        on periods.platform = built.platform
        and periods.period = built.period
        and periods.period_start = built.period_start
    where
        built.platform is null
    {%- for range in stale_ranges() %}
        or (
            periods.platform = '{{ range.platform }}'
            and periods.period_end > date '{{ range.first_day }}'
            and periods.period_start <= date '{{ range.last_day }}'
        )
    {%- endfor %}
)
{%- endmacro %}

{#- The incremental strategy of the day models: stale days are replaced. config(replaced_by=..) names a key of which
    rows before the first stale day are replaced as well. -#}
{% macro get_incremental_replace_days_sql(arguments) -%}
    {%- set replaced = config.get('replaced_by') -%}
    delete from {{ arguments['target_relation'] }}
    where
        {{ on_stale_days() }}
        {% if replaced -%}
        or ({{ replaced | join(', ') }})
        in (select {{ replaced | join(', ') }} from {{ arguments['temp_relation'] }})
        {%- endif %};

    {{ insert_all_of(arguments) }}
{%- endmacro %}

{#- The incremental strategy of the period models: stale periods are replaced, and those that are gone go. -#}
{% macro get_incremental_replace_periods_sql(arguments) -%}
    {%- set target = arguments['target_relation'] -%}
    delete from {{ target }}
    where
        {{ in_stale_periods(target.identifier) }}
        or (platform, period, period_start)
        not in (select platform, period, period_start from {{ ref('int_periods') }});

    {{ insert_all_of(arguments) }}
{%- endmacro %}

{% macro insert_all_of(arguments) -%}
    {%- set columns = arguments['dest_columns'] | map(attribute='quoted') | join(', ') -%}
    insert into {{ arguments['target_relation'] }} ({{ columns }})
    (
        select {{ columns }}
        from {{ arguments['temp_relation'] }}
    )
{%- endmacro %}

{#- Each platform's newest live crawl, as literals, because only literals prune what is read. -#}
{% macro newest_crawls() -%}
    {%- set query -%}
        select platform, max(observed_at) as observed_at from {{ ref('int_crawls') }}
        where is_live and is_complete group by platform order by platform
    {%- endset -%}
    {{ return(run_query(query).rows if execute else []) }}
{%- endmacro %}
