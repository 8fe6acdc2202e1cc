"""Made-up tracked metrics for the pages: videos, one with a name that means harm, and a number that moves."""

import duckdb

VIDEOS = 60
KINDS = f"""
create temp table items as
    select 'youtube.video' as kind, 'v' || i as item_id, metric, 'counter' as sort, i,
        case i when 3 then $hostile when 4 then null else 'Video ' || i end as item_label
    from range({VIDEOS}) as t(i), (select unnest(['likes', 'views']) as metric)
    union all
    select 'station.gauge', 'north/pole', 'level', 'gauge', 7, null
"""
ITEMS = """
create table marts.tracked_items as
select kind, item_id, any_value(item_label) as item_label, '{}' as metadata_json,
    timestamp '2026-01-01' as first_seen_at, timestamp '2026-01-01' + to_days($days) as last_read_at,
    last_read_at as last_asked_at, count(*) as metrics, 96 * $days * count(*) as readings, false as is_missing
from items group by kind, item_id
"""
BUCKETS = """
create table marts.reading_buckets as
select kind, item_id, metric, bucket, timestamp '2026-01-01' + to_minutes(k * minutes) as bucket_start, sort,
    minutes // 15 as readings, (1000 * i + k * minutes)::double as first_value, first_value + 7 as last_value,
    first_value as min_value, last_value as max_value, first_value + 3.25 as mean_value,
    minutes::double as value_change, 0::bigint as resets, 0::bigint as corrections
from items, (values ('15m', 15), ('1h', 60), ('8h', 480), ('1d', 1440)) as sizes (bucket, minutes),
    unnest(range($days * 1440 // minutes)) as numbers (k)
"""
GROWTH = """
create table marts.rank_tracked as
select kind, metric, period, period_start, item_id, period_start + 7 as period_end, true as is_closed,
    rank() over (partition by kind, metric, period, period_start order by i desc) as rank,
    rank as previous_rank, 0::bigint as rank_change, item_label, sort, (1000 * i)::double as base_value,
    timestamp '2026-01-01' as base_at, (1003 * i + 50 + day(period_start))::double as last_value,
    timestamp '2026-02-01' as last_at, (50 + 3 * i + day(period_start))::double as value_change,
    case when i > 0 then value_change / base_value end as value_growth, 672::bigint as readings,
    0::bigint as resets, 0::bigint as corrections, 0.5::double as coverage
from items, (values
    ('last_7_days', date '2026-02-03'), ('week', date '2026-01-26'), ('week', date '2026-02-02')
) as periods (period, period_start)
"""


def add_tracked(connection: duckdb.DuckDBPyConnection, days: int, hostile: str) -> None:
    """Add the marts of tracked metrics that pages show, of `days` days from 2026 on."""
    connection.execute(KINDS, {"hostile": hostile})
    for mart in (ITEMS, BUCKETS):
        connection.execute(mart, {"days": days})
    connection.execute(GROWTH)
