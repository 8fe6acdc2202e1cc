{{ config(materialized='incremental') }}
-- What readings are by those of their own day. The first known one of a day has no distance yet, the last one
-- no time for which it stands: that depends on other days, which come and go without this one.
with

readings as (

    select
        *,
        cast(observed_at as date) as day,
        {{ hash_of('kind, item_id, metric') }} as series_number,
        value_millionths is not null as is_known
    from {{ ref('stg_tracked__readings') }}
    where {{ in_stale_days('observed_at') }}

),

compared as (

    select
        *,
        lead(observed_epoch) over (partition by series_number, day order by observed_at) as next_epoch,
        lag(value_millionths) over (
            partition by series_number, day, is_known order by observed_at
        ) as before_millionths
    from readings

)

select
    platform,
    day,
    series_number,
    kind,
    item_id,
    metric,
    observed_at,
    observed_epoch,
    sort,
    value_millionths,
    is_missing,
    every_seconds,
    is_known and before_millionths is null as is_first_known,
    next_epoch is null as is_last,
    {{ change_from('before_millionths', 'value_millionths') }} as change_millionths,
    {{ fall_from('before_millionths', 'value_millionths') }} as fall,
    case
        when is_known and next_epoch is not null
            then {{ stands_for('next_epoch', 'observed_epoch', 'every_seconds') }}
    end as weight_seconds
from compared
