with

facts as (

    select * from {{ ref('int_tracked_facts') }}

)

select
    kind,
    item_id,
    observed_at as known_from,
    changed_at as known_until,
    item_label,
    metadata_json
from facts
