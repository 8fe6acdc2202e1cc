"""Compares the hand-written script's tables with the tracked marts, row by row and figure by figure."""

from datetime import datetime
from pathlib import Path

import duckdb

from benchmarks.by_hand.compare import columns_of, is_wrong

# each mart's key, and its column of time, by which only what the last days made is compared
KEYS = {
    "readings": (("kind", "item_id", "metric", "observed_at"), "observed_at"),
    "reading_buckets": (("kind", "item_id", "metric", "bucket", "bucket_start"), "bucket_start"),
    "tracked_items": (("kind", "item_id"), ""),
    "tracked_item_history": (("kind", "item_id", "known_from"), ""),
    "source_calls": (("service", "quota_date"), ""),
}


def differences(warehouse: Path, file: Path, since: datetime) -> tuple[int, list[str]]:
    """Return how many rows were compared, and one sentence for each mart that differs in any row."""
    rows, found = 0, []
    with duckdb.connect(warehouse, read_only=True) as connection:
        connection.execute(f"attach '{file}' as by_hand (read_only)")
        for mart in KEYS:
            compared, sentence = _mart(connection, mart, since)
            rows += compared
            found += [sentence] if sentence else []
    return rows, found


def _mart(connection: duckdb.DuckDBPyConnection, mart: str, since: datetime) -> tuple[int, str]:
    keys, time = KEYS[mart]
    where = f"where {time} >= timestamp '{since}'" if time else ""
    for whose, database in (("ours", ""), ("theirs", "by_hand.")):
        connection.execute(
            f"create or replace temp table {whose} as select * from {database}marts.{mart} {where}"
        )
    ours, theirs = columns_of(connection, "ours"), columns_of(connection, "theirs")
    if ours != theirs:
        return 0, f"{mart}: the columns differ: {', '.join(ours)} and {', '.join(theirs)}"
    wrong = {column: is_wrong(column, ours[column]) for column in ours if column not in keys}
    counts = ", ".join(f"count_if({one})" for one in wrong.values())
    # a repeated key makes more pairs than rows, which the counts show
    rows, by_hand, pairs, *differing = connection.execute(f"""
        select (select count(*) from ours), (select count(*) from theirs), count(*), {counts}
        from ours
        inner join theirs using ({", ".join(keys)})
    """).fetchone()
    faults = {name: count for name, count in zip(wrong, differing, strict=True) if count}
    if rows == by_hand == pairs and not faults:
        return rows, ""
    told = ", ".join(f"{name} in {count:,}" for name, count in faults.items()) or "no column"
    return rows, f"{mart}: {rows:,} rows, by hand {by_hand:,}, of both {pairs:,}; differing: {told}"
