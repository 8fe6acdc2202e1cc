"""Decides whose followers are read next, from the published rankings, the newest crawl and past readings."""

from datetime import datetime, timedelta

import duckdb
import pyarrow as pa

from ingestion.arrow import arrow_schema
from ingestion.enrich.followers import batches_since
from ingestion.landing.audit import newest_crawls
from ingestion.landing.store import brought
from ingestion.settings import Settings
from ingestion.warehouse.file import FINISHED, read_raw

RANKED = """
    select
        streamer_id as user_id,
        bool_or(period = 'last_7_days') as is_cohort,
        max(hours_watched) as hours_watched
    from marts.rank_streamers
    where platform = $platform and period in ('last_7_days', 'last_30_days', 'last_90_days')
    group by streamer_id
"""
RANKED_SCHEMA = arrow_schema(user_id=pa.string(), is_cohort=pa.bool_(), hours_watched=pa.float64())
HELD_BATCHES = f"""
    select file_name from raw.landed_files
    where kind = 'followers' and {FINISHED}
"""
HELD_SCHEMA = arrow_schema(file_name=pa.string())
LOADED_READINGS = """
    select user_id, max(observed_at) as read_at from raw.followers
    where platform = '{platform}' and observed_at >= timestamp '{since}'
    group by user_id
"""
READINGS_SCHEMA = arrow_schema(user_id=pa.string(), read_at=pa.timestamp("us"))
# The ranked first: the cohort by the oldest reading, the others by hours watched. Then whoever is on air.
DUE = """
    with
    live as (select user_id, max(viewer_count) as viewers from crawl group by user_id),
    last_readings as (select user_id, max(read_at) as read_at from readings group by user_id)
    select user_id
    from ranked
    full join live using (user_id)
    left join last_readings using (user_id)
    where read_at is null or read_at < $due_before
    order by
        is_cohort desc nulls last,
        case when is_cohort then read_at end nulls first,
        hours_watched desc nulls last,
        viewers desc nulls last,
        read_at nulls first,
        user_id
    limit $most
"""


def due_readings(
    settings: Settings, platform: str, raw: duckdb.DuckDBPyConnection, now: datetime, most: int
) -> list[str]:
    """Return the ids of at most `most` streamers whose followers are to be read, most urgent first.

    First the streamers of the last 7 days' ranking, the oldest reading first; then the other ranked
    ones by hours watched; then who is on air by viewers. `raw` is a connection to the warehouse.
    Readings older than twice their time count as none.
    """
    hours = timedelta(hours=settings.followers_hours)
    newest = newest_crawls(settings.landing, platform, 1, now)
    with brought([crawl.path for crawl in newest]) as copies, duckdb.connect() as connection:
        connection.register("ranked", _ranked(settings, platform))
        connection.register("readings", _readings(settings, platform, raw, now - 2 * hours))
        empty = pa.table({"user_id": pa.array([], pa.string()), "viewer_count": pa.array([], pa.int64())})
        crawl = connection.read_parquet(str(copies[0])) if copies else connection.from_arrow(empty)
        crawl.create_view("crawl")
        values = {"due_before": now - hours, "most": most}
        return [user_id for (user_id,) in connection.execute(DUE, values).fetchall()]


def _ranked(settings: Settings, platform: str) -> pa.Table:
    if not settings.published.exists():
        return RANKED_SCHEMA.empty_table()
    with duckdb.connect(settings.published, read_only=True) as published:
        return published.execute(RANKED, {"platform": platform}).to_arrow_table().cast(RANKED_SCHEMA)


def _readings(settings: Settings, platform: str, raw: duckdb.DuckDBPyConnection, since: datetime) -> pa.Table:
    """Return the last reading by user of what raw holds and of the batches that it does not hold yet."""
    held = read_raw(raw, {"landed_files", "_dlt_loads"}, HELD_BATCHES, HELD_SCHEMA)["file_name"]
    known = set(held.to_pylist())
    query = LOADED_READINGS.format(platform=platform, since=since)
    tables = [read_raw(raw, {"followers"}, query, READINGS_SCHEMA).cast(READINGS_SCHEMA)]
    waiting = [
        path
        for path in batches_since(settings.landing, platform, since)
        if str(path.relative_to(settings.landing)) not in known
    ]
    if waiting:
        with brought(waiting) as copies, duckdb.connect() as connection:
            connection.read_parquet([str(copy) for copy in copies]).create_view("waiting")
            query = "select user_id, observed_at as read_at from waiting"
            tables.append(connection.execute(query).to_arrow_table().cast(READINGS_SCHEMA))
    return pa.concat_tables(tables)
