"""The median gap of the streamers' rows, and the warning when it is not the cadence."""

from itertools import pairwise
from pathlib import Path
from statistics import median

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingestion.history_gaps import cadence_warnings, median_gap_seconds
from tests.ingestion.history_files import START, import_into, write_csv

READINGS = st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 40)), min_size=1, max_size=40)


def slow_median(readings: list[tuple[str, int]]) -> float | None:
    instants: dict[str, set[int]] = {}
    for username, instant in readings:
        instants.setdefault(username, set()).add(instant)
    gaps = [later - earlier for own in instants.values() for earlier, later in pairwise(sorted(own))]
    return median(gaps) if gaps else None


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(readings=READINGS)
def test_the_median_gap_is_the_median_over_all_streamers_gaps(tmp_path: Path, readings):
    usernames, instants = zip(*readings, strict=True)
    pq.write_table(pa.table({"username": usernames, "timestamp": instants}), tmp_path / "s.parquet")
    assert median_gap_seconds(tmp_path / "s.parquet") == slow_median(readings)


@pytest.mark.parametrize(("gap", "warned"), [(53, True), (54, False), (60, False), (66, False), (67, True)])
def test_a_warning_begins_at_a_tenth_of_the_cadence(gap, warned):
    assert bool(cadence_warnings(gap, 60)) is warned


def test_an_import_warns_of_another_pace_and_names_the_setting(tmp_path):
    rows = [["ana", str(START + 30 * number), "Duel", "1", ""] for number in range(5)]
    done = import_into(tmp_path, write_csv(tmp_path / "s.csv", rows))
    assert done.median_gap_seconds == 30
    assert "30 seconds apart (median), not 60" in done.warnings[0]
    assert "CADENCE_SECONDS=30" in done.warnings[0]


def test_rows_without_any_gap_are_no_reason_to_warn(tmp_path):
    done = import_into(tmp_path, write_csv(tmp_path / "s.csv", [["ana", str(START), "Duel", "1", ""]] * 2))
    assert done.median_gap_seconds is None and done.warnings == []
