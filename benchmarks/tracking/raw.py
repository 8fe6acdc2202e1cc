"""Raw tables of tracked items, made by SQL in a warehouse file: a reading each quarter of an hour.

Three metrics an item, fifty items to a call. Now and then a value is hidden, an item missing, a counter
corrected or begun anew, a title changed. The same arguments give the same rows.
"""

from datetime import datetime, timedelta
from pathlib import Path

import duckdb

from ingestion.settings import Settings
from ingestion.warehouse.load import load

FIRST_DAY = datetime(2026, 1, 5)
METRICS, READINGS_A_DAY = 3, 96


def items_of(readings: int) -> int:
    """Return how many items make so many readings a day, roughly."""
    return max(readings // (METRICS * READINGS_A_DAY), 1)


def make_warehouse(home: Path) -> Settings:
    """Return the settings of a new warehouse with empty raw tables."""
    settings = Settings(_env_file=None, AIRTIME_HOME=home)
    load(settings)
    return settings


def add_day(settings: Settings, items: int, number: int) -> int:
    """Append day `number` (0 is the first) to raw as one finished load; return its readings."""
    values = {
        "day": FIRST_DAY + timedelta(days=number),
        "load_id": f"{1_700_000_000 + 86_400 * number}.0",
        "items": items,
        "number": number,
    }
    with duckdb.connect(settings.warehouse) as connection:
        for statement in DAY.split(";"):
            used = {name: value for name, value in values.items() if f"${name}" in statement}
            connection.execute(statement, used)
        return connection.execute("select count(*) from asked").fetchone()[0] * METRICS


DAY = """
create or replace temp table asked as
select i as item, 'item-' || i as item_id, t as tick, i // 50 as call,
    $day::timestamp + to_seconds(t * 900 + (i // 50 * 7) % 800) + to_microseconds((i // 50) % 1000)
        as observed_at,
    hash(i, t, $number) % 200 = 0 as is_missing
from range($items) as items(i), range(96) as ticks(t);
insert into raw.readings
select 'bench.thing', item_id, metric, if(metric = 'viewers', 'gauge', 'counter'), observed_at,
    case
        when is_missing or hash(item, tick, metric, $number) % 100 = 0 then null
        when metric = 'viewers' then hash(item, tick, $number) % 100000 / 10
        else greatest(
            ($number * 96 + tick) % (5000 + item % 3000) * (1 + item % 97)
            - if(hash(item, tick, $number, 1) % 1000 = 0, 50, 0), 0
        )
    end,
    is_missing, 900, $load_id
from asked, (values ('views'), ('likes'), ('viewers')) as metrics(metric)
order by observed_at, item, metric;
insert into raw.tracked_facts
select 'bench.thing', item_id, min(observed_at), null,
    '{"title": "Title ' || item || ', edition ' || $number // (20 + item % 60) || '"}', $load_id
from asked group by item, item_id order by all;
insert into raw.tracked_calls (call_id, service, kind, observed_at, quota_date, asked, calls, units,
    units_per_day, is_answered, reason, _dlt_load_id)
select 'tracked/bench/' || observed_at || '#' || call, 'bench', 'bench.thing', observed_at,
    observed_at::date, count(*), 1, 1, 10000, true, null, $load_id
from asked group by call, observed_at order by all;
insert into raw._dlt_loads (load_id, schema_name, status, inserted_at, schema_version_hash)
values ($load_id, 'benchmark', 0, $day::timestamp, '')
"""
