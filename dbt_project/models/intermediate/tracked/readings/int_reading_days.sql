{{ config(materialized='incremental') }}
-- What a day of readings leaves to the days before and after it.
with

steps as (

    select * from {{ ref('int_reading_steps') }}
    where {{ on_stale_days() }}

)

select
    platform,
    day,
    series_number,
    kind,
    item_id,
    metric,
    max(sort) as sort,
    count(*) as readings,
    min(observed_epoch) as first_epoch,
    max(observed_epoch) as last_epoch,
    max(observed_at) as last_asked_at,
    max(case when not is_missing then observed_at end) as last_read_at,
    max(case when is_first_known then observed_epoch end) as first_known_epoch,
    max(case when is_first_known then value_millionths end) as first_known_millionths,
    max_by(
        value_millionths, case when value_millionths is not null then observed_at end
    ) as last_known_millionths,
    max(case when is_last then value_millionths end) as last_millionths,
    max(case when is_last then every_seconds end) as last_every_seconds
from steps
group by platform, day, series_number, kind, item_id, metric
