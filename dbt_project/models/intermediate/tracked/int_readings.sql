-- How far a reading is from the known one before, and how long it stands: until the next one, known or not,
-- but no longer than two intervals. A counter that falls has not grown: what follows counts from there.
with

readings as (

    select
        *,
        lead(observed_epoch) over (partition by kind, item_id, metric order by observed_at) as next_epoch
    from {{ ref('stg_tracked__readings') }}

),

known as (

    select
        *,
        lag(value_millionths) over (
            partition by kind, item_id, metric order by observed_at
        ) as before_millionths
    from readings
    where value_millionths is not null

),

all_readings as (

    select * from known
    union all
    select
        *,
        cast(null as {{ big_integer() }}) as before_millionths
    from readings
    where value_millionths is null

)

select
    kind,
    item_id,
    metric,
    observed_at,
    observed_epoch,
    sort,
    value_millionths,
    is_missing,
    case
        when sort = 'counter' and value_millionths < before_millionths then 0
        else value_millionths - before_millionths
    end as change_millionths,
    case
        when sort <> 'counter' or before_millionths is null or value_millionths >= before_millionths then null
        when value_millionths * 2 < before_millionths then 'reset'
        else 'correction'
    end as fall,
    case
        when value_millionths is not null
            then greatest(
                least(coalesce(next_epoch - observed_epoch, every_seconds), 2 * every_seconds), 1
            )
    end as weight_seconds
from all_readings
