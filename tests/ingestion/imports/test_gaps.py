"""The median gap of the ticks, and the warning when they are coarser than the cadence."""

from itertools import pairwise
from statistics import median

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingestion.imports.gaps import cadence_warnings, tick_gaps
from tests.ingestion.imports.tables.made_files import START, import_into, write_csv
from tests.places import CASES

READINGS = st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 400)), min_size=1, max_size=40)


def rows_at(*seconds: int, usernames: str = "a") -> list[list[str]]:
    """Return rows at these seconds, by one streamer after the other."""
    return [
        [usernames[number % len(usernames)], str(START + at), "Duel", "1", ""]
        for number, at in enumerate(seconds)
    ]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(readings=READINGS, cadence=st.sampled_from([1, 7, 60]))
def test_the_gap_is_the_median_between_the_ticks_whoever_streams(tmp_path_factory, readings, cadence):
    folder = tmp_path_factory.mktemp("gaps")
    rows = [[name, str(START + at), "Duel", "1", ""] for name, at in readings]
    done = import_into(folder, write_csv(folder / "s.csv", rows), cadence_seconds=cadence)
    firsts = {}
    for _, at in sorted(readings, key=lambda reading: reading[1]):
        firsts.setdefault((START + at) // cadence * cadence, START + at)
    expected = [
        median(later - earlier for earlier, later in pairwise(instants))
        for instants in (list(firsts), list(firsts.values()))
        if len(instants) > 1
    ]
    assert tick_gaps(done.landed[0]) == (tuple(expected) or None)
    assert done.median_gap_seconds == (expected[0] if expected else None)


@pytest.mark.parametrize("every", [1, 23, 30, 54, 60, 80])
def test_rows_finer_than_the_cadence_or_about_as_fine_are_no_fault(tmp_path, every):
    done = import_into(tmp_path, write_csv(tmp_path / "s.csv", rows_at(*range(0, 40 * every, every))))
    assert done.warnings == []


@pytest.mark.parametrize("every", [100, 120, 300, 28800, 86400])
def test_coarser_ticks_are_warned_of_and_the_advice_gives_each_of_them_a_tick(tmp_path, every):
    path = write_csv(tmp_path / "s.csv", rows_at(*range(0, 12 * every, every), usernames="abcd"))
    [warning] = import_into(tmp_path, path).warnings
    assert f"the ticks are {every} seconds apart (median), and the cadence says 60: " in warning
    assert f"import with CADENCE_SECONDS={every} into another PLATFORM" in warning
    assert import_into(tmp_path, path, platform="other", cadence_seconds=every).warnings == []


def test_ticks_beyond_the_longest_cadence_are_said_without_an_advice_that_is_refused(tmp_path):
    path = write_csv(tmp_path / "s.csv", rows_at(*range(0, 5 * 115_200, 115_200)))
    [warning] = import_into(tmp_path, path, cadence_seconds=28_800).warnings
    assert "the ticks are 115200 seconds apart" in warning and "CADENCE_SECONDS" not in warning


@pytest.mark.skipif(not CASES.is_dir(), reason=f"no small inputs in {CASES}")
def test_snapshots_every_eight_hours_of_streamers_seen_once_a_day_are_at_their_own_pace(tmp_path):
    done = import_into(tmp_path, CASES / "snapshots_8h.csv", cadence_seconds=28_800)
    assert (done.median_gap_seconds, done.warnings) == (28_800, [])


def test_a_single_tick_has_no_gap_to_warn_of(tmp_path):
    done = import_into(tmp_path, write_csv(tmp_path / "s.csv", rows_at(0, 0)))
    assert done.median_gap_seconds is None and done.warnings == []
    assert cadence_warnings(None, 60) == []
