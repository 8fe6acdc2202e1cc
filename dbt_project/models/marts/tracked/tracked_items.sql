with

facts as (

    select * from {{ ref('tracked_item_history') }}

),

reading_days as (

    select * from {{ ref('int_reading_days') }}

),

seen as (

    select
        kind,
        item_id,
        min(known_from) as first_seen_at
    from facts
    group by kind, item_id

),

read as (

    select
        kind,
        item_id,
        max(last_asked_at) as last_asked_at,
        max(last_read_at) as last_read_at,
        count(distinct metric) as metrics,
        cast(sum(readings) as bigint) as readings
    from reading_days
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
    and facts.known_until is null
