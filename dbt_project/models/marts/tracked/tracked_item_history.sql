with

facts as (

    select * from {{ ref('int_tracked_facts') }}

),

-- each day begins with what was known before: only what changed is history
compared as (

    select
        *,
        lag(said) over (partition by kind, item_id order by observed_at) as said_before
    from facts

)

select
    kind,
    item_id,
    observed_at as known_from,
    lead(observed_at) over (partition by kind, item_id order by observed_at) as known_until,
    item_label,
    metadata_json
from compared
where said_before is null or said <> said_before
