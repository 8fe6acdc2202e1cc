with

source as (

    select * from {{ source('tracked', 'tracked_facts') }}

)

select
    'tracked' as platform,
    kind,
    item_id,
    observed_at,
    max(label) as item_label,
    max(metadata_json) as metadata_json
from source
where {{ has_happened('observed_at') }}
group by kind, item_id, observed_at
