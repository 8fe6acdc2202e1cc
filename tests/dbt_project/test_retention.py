"""A warehouse that has dropped old observations and landed crawls has the marts of one that kept all."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import duckdb
import pytest

from ingestion.landing.files import landed_files
from ingestion.settings import Settings
from ingestion.warehouse.load import load
from ingestion.warehouse.rebuild import CannotRebuild, beside, load_again
from ingestion.warehouse.retention import NotBuilt, NotPruned, Pruned, prune
from tests.dbt_project.making.built_homes import built
from tests.dbt_project.making.warehouses import build, land_world, load_worlds, mart_fingerprints
from tests.reference.worlds.small import crawl, live_world, observation
from tests.reference.worlds.world import World

FIRST = datetime(2026, 3, 1)
NOW = FIRST + timedelta(days=12, hours=1)
TAGS = (["English"], ["Chill", "English"])


def a_day(number: int) -> World:
    """Return a day of four crawls: a stream since the evening before, one with a changed name and game."""
    instants = [FIRST + timedelta(days=number, hours=hour) for hour in (1, 12, 12.25, 23)]
    rows = []
    for hour, at in enumerate(instants):
        night = number if hour == 3 else number - 1
        rows.append(observation(at, stream_id=f"night{night}", streamer_id="7", tags=TAGS[number % 2]))
        row = observation(
            at,
            stream_id=f"day{number}",
            streamer_id="8",
            name="Nova" if number < 3 else "Nova_2",
            game_id=str(1 + number % 3),
            viewer_count=10 * number + hour,
        )
        rows.append(replace(row, game_name=row.game_name + ("" if number < 4 else " II")))
    return live_world([crawl(at) for at in instants], rows)


def keeping(settings: Settings, **days: int) -> Settings:
    return settings.model_copy(update={f"{name}_retention_days": count for name, count in days.items()})


@pytest.fixture(scope="module")
def twelve_days(tmp_path_factory) -> Callable[[str], Settings]:
    """Return copies of a built home with twelve days."""
    original = built(tmp_path_factory.mktemp("original"), [[a_day(number) for number in range(12)]])

    def copy(name: str) -> Settings:
        folder = tmp_path_factory.mktemp(name) / "home"
        shutil.copytree(original.root, folder)
        return Settings(_env_file=None, AIRTIME_HOME=folder)

    return copy


def test_days_that_were_dropped_stay_in_the_marts_while_days_are_added(twelve_days):
    kept, pruned = twelve_days("kept"), twelve_days("pruned")
    before = mart_fingerprints(pruned)
    dropped = prune(keeping(pruned, raw=7, landing=7), NOW)
    assert (dropped.observations, dropped.files) == (4 * 8, 4 * 4)
    build(pruned, "run")
    assert mart_fingerprints(pruned) == before
    for settings in (kept, pruned):
        land_world(settings, a_day(12))
        load_worlds(settings, [])
        build(settings, "run")
    assert mart_fingerprints(pruned) == mart_fingerprints(kept) != before
    assert prune(keeping(pruned, raw=7, landing=7), NOW).observations == 8


def test_what_is_kept_for_ever_is_not_dropped(twelve_days):
    settings = twelve_days("for_ever")
    assert prune(settings, NOW) == Pruned(0, 0, 0)
    assert prune(keeping(settings, raw=400, landing=400), NOW) == Pruned(0, 0, 0)
    assert prune(keeping(settings, landing=7), NOW).observations == 0


def test_crawls_that_are_in_no_mart_yet_are_not_dropped(twelve_days):
    settings = twelve_days("unbuilt")
    late = FIRST + timedelta(hours=5)
    land_world(settings, live_world([crawl(late)], [observation(late, stream_id="late")]))
    load(settings)
    with pytest.raises(NotBuilt, match="1 crawls of twitch before 2026-03-05 .* in no mart yet: build"):
        prune(keeping(settings, raw=7, landing=7), NOW)
    assert len(landed_files(settings.landing)) == 12 * 4 + 1


@pytest.mark.parametrize("days", [-3, 13, -1826])
def test_nothing_is_dropped_while_the_newest_day_is_not_within_a_day_of_now(days: int, twelve_days):
    settings = keeping(twelve_days("doubtful"), raw=7, landing=7)
    now = FIRST + timedelta(days=11 + days, hours=23)
    with pytest.raises(
        NotPruned, match="^nothing of twitch was dropped: its newest day, 2026-03-12, is not "
    ):
        prune(settings, now)
    assert prune(settings, NOW).files == 4 * 4


def test_a_platform_that_has_nothing_to_drop_is_not_doubted(twelve_days):
    settings = keeping(twelve_days("dormant"), raw=7, landing=7)
    prune(settings, NOW)
    assert prune(settings, NOW + timedelta(days=300)) == Pruned(0, 0, 0)


def test_nothing_is_dropped_on_the_day_after_a_gap_longer_than_what_is_kept(twelve_days):
    settings = keeping(twelve_days("gap"), raw=7, landing=8)
    with duckdb.connect(settings.warehouse) as warehouse:
        late = "case when day = date '2026-03-12' then interval 7 day else interval 0 day end"
        warehouse.execute(
            f"update intermediate.int_days set day = day + {late}, start_at = start_at + {late}, "
            f"end_at = end_at + {late}"
        )
    now = NOW + timedelta(days=7)
    with pytest.raises(NotPruned, match="2026-03-19, follows a gap of 8 days, and no more than 7 are kept"):
        prune(settings, now)


def test_a_crawl_that_lands_after_its_day_was_dropped_waits_for_a_rebuild(twelve_days):
    settings = twelve_days("late")
    prune(keeping(settings, raw=7), NOW)
    late = FIRST + timedelta(hours=5)
    land_world(settings, live_world([crawl(late)], [observation(late, stream_id="late")]))
    assert (load(settings).files, load(settings).too_late) == (0, 1)
    with beside(settings) as (new, names):
        load_again(settings, new, names, lambda done, total: None)
        with duckdb.connect(new.warehouse) as warehouse:
            assert warehouse.execute("select count(*) from raw.observations").fetchone() == (12 * 8,)


def test_a_rebuild_without_the_landed_files_is_refused(twelve_days):
    settings = twelve_days("refused")
    prune(keeping(settings, landing=7), NOW)
    with pytest.raises(CannotRebuild, match="16 landed files of the warehouse are gone"), beside(settings):
        pass


@pytest.mark.parametrize("variables", [{"timezone": "Europe/Berlin"}])
def test_another_time_zone_is_refused_once_days_were_dropped(variables, twelve_days):
    settings = twelve_days("zone")
    prune(keeping(settings, raw=7), NOW)
    with pytest.raises(AssertionError, match="make rebuild reads them again from landing"):
        build(settings, "run", **variables)
