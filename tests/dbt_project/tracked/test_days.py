"""Of tracked items, too, only days with new answers are built again."""

from datetime import timedelta
from decimal import Decimal

import duckdb

from ingestion.settings import Settings
from ingestion.warehouse.load import load
from tests.dbt_project.making.warehouses import build, mart_rows
from tests.dbt_project.tracked.test_marts import MARTS, STARTS, Answer, expected, land


def test_only_days_with_new_answers_are_built_again_and_the_marts_equal_the_reference(tmp_path):
    home = Settings(_env_file=None, AIRTIME_HOME=tmp_path)
    said = [(Decimal(value), Decimal(value), "One") for value in (7, 9, 4, 5)]
    # the item is silent for days, and its second day begins anew when an answer to the first comes late
    on_days = [Answer(STARTS[0] + timedelta(days=days), "a", said[days]) for days in (0, 3)]
    parts = [on_days, [Answer(STARTS[0] + timedelta(minutes=5), "a", said[1])], []]
    stale = []
    for part in parts:
        if part:
            land(home, part)
            load(home)
        build(home)
        with duckdb.connect(home.warehouse, read_only=True) as warehouse:
            found = warehouse.execute("select day from meta.tracked_days where is_stale order by day")
            stale.append([day for (day,) in found.fetchall()])
    first, second = STARTS[0].date(), (STARTS[0] + timedelta(days=3)).date()
    assert stale == [[first, second], [first], []]
    wanted = expected([*on_days, *parts[1]])
    for mart, keys in MARTS.items():
        assert mart_rows(home, mart, keys) == wanted[mart], mart
