"""Tests of names over time: a rename that only Helix's answer shows is landed with the time it was seen."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from ingestion.enrich.due import oldest_users
from ingestion.warehouse.file import reading
from ingestion.warehouse.load import load
from simulator.truth.world import World
from tests.ingestion.landed_crawls import staged
from tests.ingestion.simulated import Simulated, simulated

AT = datetime(2026, 10, 7, 20)
WORLD = World(seed=3, streamers=600)
LATER = AT + timedelta(days=60)


@pytest.fixture
def known(tmp_path: Path) -> Iterator[Simulated]:
    """A box after one crawl and its enrichment, at a moment when some of its streamers have been renamed."""
    with simulated(tmp_path, WORLD, AT) as box:
        box.crawl()
        box.enrich()
        box.clock.moment = LATER
        box.crawl()
        yield box


def renamed_since() -> dict[str, tuple[str, str]]:
    """Return the streamers live at first whose names are others now, with their names now."""
    live = {stream.streamer_id: (stream.login, stream.display_name) for stream in WORLD.live(AT)}
    now = {streamer_id: WORLD.names(streamer_id, LATER) for streamer_id in live}
    return {streamer_id: names for streamer_id, names in now.items() if names != live[streamer_id]}


def _names(row: dict) -> tuple[str, str]:
    return row["streamer_login"], row["streamer_name"]


def test_renames_seen_by_a_refresh_are_landed_with_their_time_and_ids_stay(known: Simulated):
    assert renamed_since()
    costs = known.enrich(refresh_hours=24)
    load(known.settings)
    named = staged(known.settings, "stg_twitch__user_names")
    assert {row["streamer_id"]: _names(row) for row in named} == renamed_since()
    refresh = costs["users_refresh"]
    assert all(LATER <= refresh.begun_at <= row["observed_at"] <= refresh.finished_at for row in named)
    users = dict(known.rows("select id, login from raw.users"))
    assert {one: users[one] for one in renamed_since()} == {
        one: login for one, (login, _) in renamed_since().items()
    }
    assert refresh.is_complete
    assert list((known.settings.landing / "twitch" / "names").rglob("*.parquet"))


def test_users_are_asked_for_again_only_after_their_hours_and_names_land_once(known: Simulated):
    assert "users_refresh" not in known.enrich(refresh_hours=24 * 61)
    assert known.enrich(refresh_hours=24)["users_refresh"].asked == len(WORLD.live(AT))
    assert "users_refresh" not in known.enrich(refresh_hours=24)
    known.later(days=2)
    known.crawl()
    known.enrich(refresh_hours=24)
    load(known.settings)
    named = staged(known.settings, "stg_twitch__user_names")
    assert len(named) == len({(row["streamer_id"], *_names(row)) for row in named})


def test_the_oldest_are_asked_for_first(known: Simulated):
    known.enrich(refresh_hours=24 * 365)
    first = {stream.streamer_id for stream in WORLD.live(AT)}
    with reading(known.settings) as raw:
        oldest = oldest_users(raw, "twitch", LATER + timedelta(days=1), len(first))
        everybody = oldest_users(raw, "twitch", LATER + timedelta(days=1), 10_000)
    assert set(oldest) == first
    assert set(everybody) == first | {stream.streamer_id for stream in WORLD.live(LATER)}


def test_igdb_is_asked_for_changes_alone_and_only_after_its_hours(known: Simulated):
    before = dict(known.rows("select id, updated_at from raw.igdb_games where name is not null"))
    costs = known.enrich(refresh_hours=24)
    after = dict(known.rows("select id, updated_at from raw.igdb_games where name is not null"))
    changed = {one for one in before if after[one] != before[one]}
    assert costs["igdb_refresh"].asked == len(before) + len(
        known.rows("select id from raw.igdb_games where name is null")
    )
    assert changed
    assert costs["igdb_refresh"].found < len(after)
    truth = {game.igdb_id: game.updated_at(LATER) for game in WORLD.games if game.is_in_igdb}
    assert {one: after[one] for one in before} == {one: truth[one] for one in before}
    assert "igdb_refresh" not in known.enrich(refresh_hours=24)
