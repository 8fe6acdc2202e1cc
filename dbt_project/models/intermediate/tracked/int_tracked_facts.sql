{{ config(materialized='incremental') }}
-- Loads repeat what was known before them: of a day what it begins with and what changes within it is kept.
with

facts as (

    select
        *,
        cast(observed_at as date) as day,
        concat_ws('/', coalesce(item_label, ''), metadata_json) as said
    from {{ ref('stg_tracked__facts') }}
    where {{ in_stale_days('observed_at') }}

),

compared as (

    select
        *,
        lag(said) over (partition by kind, item_id, day order by observed_at) as said_before
    from facts

)

select
    platform,
    day,
    kind,
    item_id,
    observed_at,
    item_label,
    metadata_json,
    said
from compared
where said_before is null or said <> said_before
