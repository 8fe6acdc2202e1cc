"""Runs the hand-written script for one day, into a DuckDB file of its own.

Run: python -m benchmarks.tracking.script WAREHOUSE FILE DAY. Raw is read from the warehouse, nothing is
written to it; days have to come in their order.
"""

from datetime import datetime
from pathlib import Path

import click
import duckdb

DAY = Path(__file__).with_name("by_hand.sql")
TABLES = """
create schema if not exists kept; create schema if not exists marts;
create table if not exists kept.ends (
    kind varchar, item_id varchar, metric varchar, known_v hugeint, last_s bigint, last_v hugeint,
    every_s bigint, readings bigint, asked_at timestamp, read_at timestamp
);
create table if not exists kept.buckets (
    kind varchar, item_id varchar, metric varchar, bucket varchar, size_s bigint, bucket_s bigint,
    weighted hugeint, weight_s bigint
);
create table if not exists marts.readings (
    kind varchar, item_id varchar, metric varchar, observed_at timestamp, sort varchar, value double,
    value_change double, is_missing boolean, fall varchar
);
create table if not exists marts.reading_buckets (
    kind varchar, item_id varchar, metric varchar, bucket varchar, bucket_start timestamp, sort varchar,
    readings bigint, first_value double, last_value double, min_value double, max_value double,
    mean_value double, value_change double, resets bigint, corrections bigint
);
create table if not exists marts.tracked_item_history (
    kind varchar, item_id varchar, known_from timestamp, known_until timestamp, item_label varchar,
    metadata_json varchar
);
create table if not exists marts.source_calls (
    service varchar, quota_date date, calls bigint, asked bigint, unanswered bigint, units bigint,
    units_per_day bigint, units_left bigint
);
"""


@click.command()
@click.argument("warehouse", type=click.Path(path_type=Path, exists=True))
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("day", type=click.DateTime(["%Y-%m-%d"]))
def main(warehouse: Path, file: Path, day: datetime) -> None:
    """Bring FILE up to date with the raw rows of DAY in WAREHOUSE."""
    run(warehouse, file, day)


def run(warehouse: Path, file: Path, day: datetime) -> None:
    """Bring `file` up to date with the raw rows of a day in `warehouse`."""
    with duckdb.connect(file) as connection:
        connection.execute(f"attach '{warehouse}' as warehouse (read_only)")
        connection.execute("set preserve_insertion_order = false")
        connection.execute(TABLES)
        connection.execute("set variable day = ?::timestamp", [day])
        connection.execute(DAY.read_text())


if __name__ == "__main__":
    main()
