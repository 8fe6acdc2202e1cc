{{ config(materialized='view') }}
-- Readings as the days before and after theirs complete them.
with

steps as (

    select * from {{ ref('int_reading_steps') }}

),

links as (

    select * from {{ ref('int_reading_links') }}

)

select
    steps.kind,
    steps.item_id,
    steps.metric,
    steps.observed_at,
    steps.observed_epoch,
    steps.sort,
    steps.value_millionths,
    steps.is_missing,
    case
        when steps.is_first_known then links.change_millionths else steps.change_millionths
    end as change_millionths,
    case when steps.is_first_known then links.fall else steps.fall end as fall,
    case when steps.is_last then links.weight_seconds else steps.weight_seconds end as weight_seconds
from steps
inner join links
    on steps.series_number = links.series_number
    and steps.day = links.day
