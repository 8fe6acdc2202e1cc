with

periods as (

    select * from {{ ref('int_tracked_periods') }}

),

ranked as (

    select
        *,
        cast(rank() over (
            partition by kind, metric, period, period_start order by change_millionths desc
        ) as bigint) as rank
    from {{ ref('int_tracked_growth') }}

),

shown as (

    select
        ranked.*,
        -- the whole part and the rest each fit a double, which all millionths together may not
        {% for name in ['base', 'last', 'change'] %}
        cast(cast({{ div('ranked.' ~ name ~ '_millionths', '1000000', big_integer()) }} as bigint) as double)
        + cast(ranked.{{ name }}_millionths % 1000000 as double) / 1000000 as {{ name }}_value,
        {% endfor %}
        periods.period_end,
        periods.previous_period_start,
        periods.is_closed,
        periods.elapsed_seconds
    from ranked
    inner join periods
        on ranked.kind = periods.kind
        and ranked.period = periods.period
        and ranked.period_start = periods.period_start
    where periods.is_listed and ranked.rank <= {{ var('ranking_depth') }}

),

labels as (

    select * from {{ ref('tracked_item_history') }}
    where known_until is null

)

select
    shown.kind,
    shown.metric,
    shown.period,
    shown.period_start,
    shown.item_id,
    shown.period_end,
    shown.is_closed,
    shown.rank,
    earlier.rank as previous_rank,
    earlier.rank - shown.rank as rank_change,
    labels.item_label,
    shown.sort,
    shown.base_value,
    shown.base_at,
    shown.last_value,
    shown.last_at,
    shown.change_value as value_change,
    case when shown.base_value > 0 then shown.change_value / shown.base_value end as value_growth,
    cast(shown.readings as bigint) as readings,
    cast(shown.resets as bigint) as resets,
    cast(shown.corrections as bigint) as corrections,
    case
        when shown.elapsed_seconds > 0
            then least({{ ratio('shown.weight_seconds', 'shown.elapsed_seconds') }}, 1)
    end as coverage
from shown
left join ranked as earlier
    on shown.kind = earlier.kind
    and shown.metric = earlier.metric
    and shown.item_id = earlier.item_id
    and shown.period = earlier.period
    and shown.previous_period_start = earlier.period_start
left join labels
    on shown.kind = labels.kind
    and shown.item_id = labels.item_id
