with

facts as (

    select * from {{ ref('int_tracked_facts') }}

),

readings as (

    select * from {{ ref('int_readings') }}

),

seen as (

    select
        kind,
        item_id,
        min(observed_at) as first_seen_at
    from facts
    group by kind, item_id

),

read as (

    select
        kind,
        item_id,
        max(observed_at) as last_asked_at,
        max(case when not is_missing then observed_at end) as last_read_at,
        count(distinct metric) as metrics,
        count(*) as readings
    from readings
    group by kind, item_id

),

items as (

    select
        kind,
        item_id
    from seen
    union
    select
        kind,
        item_id
    from read

)

select
    items.kind,
    items.item_id,
    facts.item_label,
    facts.metadata_json,
    seen.first_seen_at,
    read.last_read_at,
    read.last_asked_at,
    coalesce(read.metrics, 0) as metrics,
    coalesce(read.readings, 0) as readings,
    -- of what has no metrics nothing says so
    coalesce(read.last_asked_at > coalesce(read.last_read_at, timestamp '1970-01-01'), false) as is_missing
from items
left join seen
    on items.kind = seen.kind
    and items.item_id = seen.item_id
left join read
    on items.kind = read.kind
    and items.item_id = read.item_id
left join facts
    on items.kind = facts.kind
    and items.item_id = facts.item_id
    and facts.changed_at is null
