{%- set end = "greatest(newest_day, cast(first_day + interval '1' day as date))" %}

-- The calendar of every kind, whose newest day is still running, and the last days with the days before them,
-- which give the ranks before.
with

days as (

    select distinct
        kind,
        day
    from {{ ref('int_readings_daily') }}

),

closings as (

    select
        kind,
        min(day) as first_day,
        max(day) as newest_day,
        max(last_epoch) as newest_epoch
    from {{ ref('int_readings_daily') }}
    group by kind

),

periods as (
    {% for unit, next in [
        ('day', "1 day"), ('week', "7 day"), ('month', "1 month"), ('quarter', "3 month"), ('year', "1 year")
    ] %}
    select distinct
        kind,
        '{{ unit }}' as period,
        cast(date_trunc('{{ unit }}', day) as date) as period_start,
        cast(date_trunc('{{ unit }}', day) + interval {{ next }} as date) as period_end,
        cast(date_trunc('{{ unit }}', day) - interval {{ next }} as date) as previous_period_start,
        true as is_listed
    from days
    union all
    {% endfor %}
    {%- for length in [7, 30, 90] %}
    {%- for windows_ago in [0, 1] %}
    select
        kind,
        'last_{{ length }}_days' as period,
        cast({{ end }} - interval {{ length * (windows_ago + 1) }} day as date) as period_start,
        cast({{ end }} - interval {{ length * windows_ago }} day as date) as period_end,
        cast({{ end }} - interval {{ length * (windows_ago + 2) }} day as date) as previous_period_start,
        {{ 'true' if windows_ago == 0 else 'false' }} as is_listed
    from closings
    {{ "union all" if not (loop.last and length == 90) }}
    {% endfor %}
    {%- endfor %}
),

spans as (

    select
        periods.*,
        periods.period_end <= closings.newest_day as is_closed,
        {{ epoch_seconds(start_of_date('periods.period_start')) }} as start_epoch,
        {{ epoch_seconds(start_of_date('periods.period_end')) }} as end_epoch,
        closings.newest_epoch
    from periods
    inner join closings on periods.kind = closings.kind

)

select
    kind,
    period,
    period_start,
    period_end,
    previous_period_start,
    is_listed,
    is_closed,
    start_epoch - least(end_epoch - start_epoch, 7 * 86400) as base_from_epoch,
    greatest(least(end_epoch, newest_epoch) - start_epoch, 0) as elapsed_seconds
from spans
