-- One day of readings into the tracked marts, as one would write it for DuckDB: what is carried from day to day
-- is kept by series and item, and of earlier days only what the day changes is touched.
create or replace temp table found as
select
    kind, item_id, metric, observed_at, epoch(observed_at)::bigint as at_s, max(sort) as sort,
    max((value * 1000000)::hugeint) as v, max(is_missing) as is_missing, max(every_seconds) as every_s
from warehouse.raw.readings
where observed_at >= getvariable('day') and observed_at < getvariable('day') + interval 1 day
group by all;

create or replace temp table steps as
select
    found.*, coalesce(lag(found.v ignore nulls) over w, ends.known_v) as before_v,
    lead(found.at_s) over w as next_s, row_number() over w = 1 as is_first
from found
left join kept.ends using (kind, item_id, metric)
window w as (partition by kind, item_id, metric order by observed_at);

create or replace temp table measured as
select
    *, if(sort = 'counter' and v < before_v, 0, v - before_v) as change_v,
    if(sort = 'counter' and v < before_v, if(v * 2 < before_v, 'reset', 'correction'), null) as fall,
    if(v is not null, greatest(least(coalesce(next_s - at_s, every_s), 2 * every_s), 1), null) as weight_s
from steps;

insert into marts.readings
select
    kind, item_id, metric, observed_at, sort, v / 1000000 as value, change_v / 1000000 as value_change,
    is_missing, fall
from measured;

-- the last reading of a series stands until the first of this day, not for its own interval
create or replace temp table late as
select
    ends.*, greatest(least(steps.at_s - ends.last_s, 2 * ends.every_s), 1) - greatest(ends.every_s, 1) as more_s
from kept.ends
inner join steps using (kind, item_id, metric)
where steps.is_first and ends.last_v is not null;

update kept.buckets
set weighted = weighted + last_v * more_s, weight_s = buckets.weight_s + more_s
from late
where
    buckets.kind = late.kind and buckets.item_id = late.item_id and buckets.metric = late.metric
    and buckets.bucket_s = late.last_s - late.last_s % buckets.size_s and more_s <> 0;

update marts.reading_buckets as shown
set mean_value = weighted / (buckets.weight_s * 1000000::double)
from kept.buckets, late
where
    buckets.kind = late.kind and buckets.item_id = late.item_id and buckets.metric = late.metric
    and buckets.bucket_s = late.last_s - late.last_s % buckets.size_s and more_s <> 0
    and shown.kind = buckets.kind and shown.item_id = buckets.item_id and shown.metric = buckets.metric
    and shown.bucket = buckets.bucket and shown.bucket_start = make_timestamp(buckets.bucket_s * 1000000);

create or replace temp table bucketed as
select
    kind, item_id, metric, bucket, size_s, at_s - at_s % size_s as bucket_s, max(sort) as sort,
    count(*) as readings, min_by(v, observed_at) as first_v, max_by(v, observed_at) as last_v,
    min(v) as min_v, max(v) as max_v, sum(v * weight_s) as weighted, sum(weight_s) as weight_s,
    sum(change_v) as change_v, count(*) filter (fall = 'reset') as resets, count(*) filter (fall = 'correction') as corrections
from measured, (values ('15m', 900), ('1h', 3600), ('8h', 28800), ('1d', 86400)) as sizes(bucket, size_s)
where v is not null
group by kind, item_id, metric, bucket, size_s, bucket_s;

insert into kept.buckets
select kind, item_id, metric, bucket, size_s, bucket_s, weighted, weight_s from bucketed;

insert into marts.reading_buckets
select
    kind, item_id, metric, bucket, make_timestamp(bucket_s * 1000000), sort, readings, first_v / 1000000,
    last_v / 1000000, min_v / 1000000, max_v / 1000000, weighted / (weight_s * 1000000::double),
    change_v / 1000000, resets, corrections
from bucketed;

create or replace temp table newest as
select
    kind, item_id, metric, max_by(v, observed_at) as known_v, max(at_s) as last_s,
    arg_max_null(v, observed_at) as last_v, arg_max(every_s, observed_at) as every_s, count(*) as readings,
    max(observed_at) as asked_at, max(observed_at) filter (not is_missing) as read_at
from steps
group by all;

create or replace table kept.ends as
select
    kind, item_id, metric, coalesce(newest.known_v, ends.known_v) as known_v,
    coalesce(newest.last_s, ends.last_s) as last_s, if(newest.last_s is null, ends.last_v, newest.last_v) as last_v,
    coalesce(newest.every_s, ends.every_s) as every_s,
    coalesce(ends.readings, 0) + coalesce(newest.readings, 0) as readings,
    coalesce(newest.asked_at, ends.asked_at) as asked_at, coalesce(newest.read_at, ends.read_at) as read_at
from kept.ends
full join newest using (kind, item_id, metric);

create or replace temp table said as
select *, lag({'label': item_label, 'facts': metadata_json}) over (partition by kind, item_id order by known_from) as before
from (
    select
        kind, item_id, observed_at as known_from, max(label) as item_label, max(metadata_json) as metadata_json
    from warehouse.raw.tracked_facts
    where observed_at >= getvariable('day') and observed_at < getvariable('day') + interval 1 day
    group by all
    union all
    select kind, item_id, known_from, item_label, metadata_json
    from marts.tracked_item_history
    where known_until is null
);

create or replace temp table changes as
select *, lead(known_from) over (partition by kind, item_id order by known_from) as known_until
from said
where before is null or before is distinct from {'label': item_label, 'facts': metadata_json};

update marts.tracked_item_history as shown set known_until = changes.known_until
from changes
where
    shown.kind = changes.kind and shown.item_id = changes.item_id and shown.known_from = changes.known_from
    and changes.known_until is not null;

insert into marts.tracked_item_history
select kind, item_id, known_from, known_until, item_label, metadata_json
from changes
where known_from >= getvariable('day');

create or replace table marts.tracked_items as
select
    kind, item_id, facts.item_label, facts.metadata_json, seen.first_seen_at, read.last_read_at,
    read.last_asked_at, coalesce(read.metrics, 0) as metrics, coalesce(read.readings, 0) as readings,
    coalesce(read.last_asked_at > coalesce(read.last_read_at, timestamp '1970-01-01'), false) as is_missing
from (select kind, item_id, min(known_from) as first_seen_at from marts.tracked_item_history group by all) as seen
full join (
    select
        kind, item_id, max(asked_at) as last_asked_at, max(read_at) as last_read_at, count(*) as metrics,
        sum(readings)::bigint as readings
    from kept.ends
    group by all
) as read using (kind, item_id)
left join (from marts.tracked_item_history where known_until is null) as facts using (kind, item_id);

create or replace temp table called as
select
    service, quota_date, sum(calls)::bigint as calls, sum(asked)::bigint as asked,
    count(*) filter (not is_answered) as unanswered, sum(units)::bigint as units, max(units_per_day) as most
from (
    select distinct columns(* exclude _dlt_load_id)
    from warehouse.raw.tracked_calls
    where observed_at >= getvariable('day') and observed_at < getvariable('day') + interval 1 day
)
group by all;

create or replace table marts.source_calls as
select
    service, quota_date, sum(calls)::bigint as calls, sum(asked)::bigint as asked,
    sum(unanswered)::bigint as unanswered, sum(units)::bigint as units, max(units_per_day) as units_per_day,
    greatest(max(units_per_day) - sum(units), 0)::bigint as units_left
from (
    select service, quota_date, calls, asked, unanswered, units, units_per_day from marts.source_calls
    union all
    select service, quota_date, calls, asked, unanswered, units, most from called
)
group by all;
