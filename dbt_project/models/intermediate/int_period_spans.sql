with

-- followers are counted on days without a crawl, too
days as (

    select
        platform,
        day
    from {{ ref('int_days') }}
    union
    select
        platform,
        day
    from {{ ref('int_followers_daily') }}

),

closings as (

    select * from {{ ref('int_platforms_closed') }}

),

calendar as (
    {% for unit, next in [
        ('day', "1 day"), ('week', "7 day"), ('month', "1 month"), ('quarter', "3 month"), ('year', "1 year")
    ] %}
    {{ "union all" if not loop.first }}
    select distinct
        platform,
        '{{ unit }}' as period,
        cast(date_trunc('{{ unit }}', day) as date) as period_start,
        cast(date_trunc('{{ unit }}', day) + interval {{ next }} as date) as period_end,
        cast(date_trunc('{{ unit }}', day) - interval {{ next }} as date) as previous_period_start,
        true as is_listed
    from days
    {% endfor %}
),

rolling as (
    {% for length in [7, 30, 90] %}
    {% for windows_ago in [0, 1] %}
    {{ "union all" if not (loop.first and length == 7) }}
    select
        platform,
        'last_{{ length }}_days' as period,
        cast(window_end - interval {{ length * (windows_ago + 1) }} day as date) as period_start,
        cast(window_end - interval {{ length * windows_ago }} day as date) as period_end,
        cast(window_end - interval {{ length * (windows_ago + 2) }} day as date) as previous_period_start,
        {{ 'true' if windows_ago == 0 else 'false' }} as is_listed
    from closings
    {% endfor %}
    {% endfor %}
),

periods as (

    select * from calendar
    union all
    select * from rolling

)

select
    periods.platform,
    periods.period,
    periods.period_start,
    periods.period_end,
    periods.previous_period_start,
    periods.is_listed,
    coalesce(periods.period_end <= closings.closed_until, false) as is_closed,
    {{ epoch_seconds(start_of_date('periods.period_start')) }} as start_epoch,
    {{ epoch_seconds(start_of_date('periods.period_end')) }} as end_epoch,
    {{ epoch_seconds('closings.newest_observed_at') }} as newest_epoch
from periods
-- a platform whose followers are counted may have no complete crawl yet
left join closings on periods.platform = closings.platform
