{{ config(materialized='view') }}
-- Loads repeat what was known before them: only what changed is history, whatever was loaded with what.
with

facts as (

    select
        *,
        concat_ws('/', coalesce(item_label, ''), metadata_json) as said
    from {{ ref('stg_tracked__facts') }}

),

compared as (

    select
        *,
        lag(said) over (partition by kind, item_id order by observed_at) as said_before
    from facts

)

select
    kind,
    item_id,
    observed_at,
    item_label,
    metadata_json,
    lead(observed_at) over (partition by kind, item_id order by observed_at) as changed_at
from compared
where said_before is null or said <> said_before
