{{ config(materialized='view') }}
-- Buckets as the days before and after theirs complete them.
with

parts as (

    select * from {{ ref('int_bucket_parts') }}

),

links as (

    select * from {{ ref('int_reading_links') }}

),

placed as (

    select
        parts.*,
        links.kind,
        links.item_id,
        links.metric,
        links.last_millionths as standing_millionths,
        links.weight_seconds as standing_seconds,
        links.change_millionths as first_change_millionths,
        links.fall as first_fall,
        parts.bucket_epoch
        = links.first_known_epoch - links.first_known_epoch % parts.bucket_seconds as is_first,
        links.last_millionths is not null
        and parts.bucket_epoch = links.last_epoch - links.last_epoch % parts.bucket_seconds as is_last
    from parts
    inner join links
        on parts.series_number = links.series_number
        and parts.day = links.day

)

select
    kind,
    item_id,
    metric,
    bucket,
    bucket_epoch,
    sort,
    readings,
    first_millionths,
    last_millionths,
    min_millionths,
    max_millionths,
    coalesce(weighted_millionths, 0)
    + case when is_last then standing_millionths * standing_seconds else 0 end as weighted_millionths,
    coalesce(weight_seconds, 0) + case when is_last then standing_seconds else 0 end as weight_seconds,
    case
        when is_first and first_change_millionths is not null
            then coalesce(change_millionths, 0) + first_change_millionths
        else change_millionths
    end as change_millionths,
    resets + case when is_first and first_fall = 'reset' then 1 else 0 end as resets,
    corrections + case when is_first and first_fall = 'correction' then 1 else 0 end as corrections
from placed
