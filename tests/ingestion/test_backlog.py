"""What waits to be built is parted by rows, load by load."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ingestion import backlog
from ingestion.backlog import ends_of_parts, waiting_parts
from ingestion.load import load
from ingestion.settings import Settings
from tests.dbt_project.warehouses import land_world
from tests.reference.small import crawl, live_world, observation

MOST = 10


@given(st.lists(st.integers(0, 15), max_size=30))
def test_parts_are_as_large_as_allowed_and_no_load_is_split_or_left_out(rows):
    waiting = {f"{number:03}": count for number, count in enumerate(rows)}
    ends = [*ends_of_parts(waiting, MOST), f"{len(rows):03}"]
    begins = ["", *ends[:-1]]
    parts = [
        [count for load_id, count in waiting.items() if begin < load_id <= end]
        for begin, end in zip(begins, ends, strict=True)
    ]
    assert [count for part in parts for count in part] == rows
    assert all(sum(part) <= MOST or max(part) == sum(part) for part in parts)
    assert all(sum(one) + sum(other) > MOST for one, other in zip(parts, parts[1:], strict=False))


def test_nothing_waits_in_parts_where_nothing_was_loaded(tmp_path):
    assert waiting_parts(Settings(AIRTIME_HOME=tmp_path)) == []


def test_loads_that_no_model_has_seen_wait(tmp_path, monkeypatch):
    settings = Settings(AIRTIME_HOME=tmp_path)
    for hours in range(4):
        at = datetime(2026, 3, 1, 12) + timedelta(hours=hours)
        land_world(settings, live_world([crawl(at)], [observation(at)]))
        load(settings)
    assert waiting_parts(settings) == []
    monkeypatch.setattr(backlog, "ROWS_PER_GIGABYTE", 1)
    assert len(waiting_parts(settings.model_copy(update={"memory": 3 * 10**9}))) == 1
    assert len(waiting_parts(settings.model_copy(update={"memory": 10**9}))) == 3
