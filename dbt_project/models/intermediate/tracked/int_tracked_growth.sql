-- Growth counts from the last reading before a period, if it is recent, else from the first reading in it;
-- what grew before that one is not the period's.
with

daily as (

    select * from {{ ref('int_readings_daily') }}

),

periods as (

    select * from {{ ref('int_tracked_periods') }}

),

days as (

    select distinct
        kind,
        day
    from daily

),

-- days are few, readings many: these find their periods by equality
days_of_periods as (

    select
        periods.*,
        days.day,
        days.day >= periods.period_start as is_within
    from periods
    inner join days
        on periods.kind = days.kind
        and days.day >= cast(periods.period_start - interval '8' day as date)
        and periods.period_end > days.day

),

within_period as (

    select
        daily.kind,
        daily.metric,
        daily.item_id,
        days.period,
        days.period_start,
        max(daily.sort) as sort,
        sum(daily.readings) as readings,
        sum(daily.weight_seconds) as weight_seconds,
        min(daily.first_at) as first_at,
        min_by(daily.first_millionths, daily.day) as first_millionths,
        min_by(daily.first_change_millionths, daily.day) as first_change_millionths,
        min_by(daily.first_fall, daily.day) as first_fall,
        max(daily.last_at) as last_at,
        max_by(daily.last_millionths, daily.day) as last_millionths,
        sum(daily.change_millionths) as change_millionths,
        sum(daily.resets) as resets,
        sum(daily.corrections) as corrections
    from daily
    inner join days_of_periods as days
        on daily.kind = days.kind
        and daily.day = days.day
        and days.is_within
    group by daily.kind, daily.metric, daily.item_id, days.period, days.period_start

),

before_period as (

    select
        daily.kind,
        daily.metric,
        daily.item_id,
        days.period,
        days.period_start,
        max(daily.last_at) as base_at,
        max_by(daily.last_millionths, daily.day) as base_millionths
    from daily
    inner join days_of_periods as days
        on daily.kind = days.kind
        and daily.day = days.day
        and not days.is_within
        and daily.last_epoch >= days.base_from_epoch
    group by daily.kind, daily.metric, daily.item_id, days.period, days.period_start

)

select
    within_period.kind,
    within_period.metric,
    within_period.item_id,
    within_period.period,
    within_period.period_start,
    within_period.sort,
    {% for total, first in [
        ('change_millionths', 'within_period.first_change_millionths'),
        ('resets', "case when within_period.first_fall = 'reset' then 1 else 0 end"),
        ('corrections', "case when within_period.first_fall = 'correction' then 1 else 0 end")
    ] %}
    within_period.{{ total }}
    - case when before_period.base_at is null then {{ first }} else 0 end as {{ total }},
    {% endfor %}
    within_period.readings,
    within_period.weight_seconds,
    coalesce(before_period.base_at, within_period.first_at) as base_at,
    coalesce(before_period.base_millionths, within_period.first_millionths) as base_millionths,
    within_period.last_at,
    within_period.last_millionths
from within_period
left join before_period
    on within_period.kind = before_period.kind
    and within_period.metric = before_period.metric
    and within_period.item_id = before_period.item_id
    and within_period.period = before_period.period
    and within_period.period_start = before_period.period_start
where coalesce(before_period.base_at, within_period.first_at) < within_period.last_at
