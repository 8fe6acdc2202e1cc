"""A crawl that a wrong clock began changes no mart, and none once it is taken back."""

from datetime import datetime

from ingestion.warehouse.load import load
from ingestion.warehouse.withdraw import withdraw
from tests.dbt_project.making.warehouses import build, land_world, mart_fingerprints, mart_rows
from tests.dbt_project.test_rebuilding import built
from tests.reference.worlds.small import crawl, live_world, observation
from tests.reference.worlds.world import FollowerReading, NameReading, World

NOW, LATER, IN_YEARS = datetime(2026, 3, 1, 12), datetime(2026, 3, 1, 15), datetime(2031, 1, 1)


def seen(*instants: datetime) -> World:
    """Return a stream at these instants, with a title and a game of its own at each."""
    rows = [
        observation(at, stream_id="s1", streamer_id="7", game_id=str(at.year + at.hour)) for at in instants
    ]
    return live_world([crawl(at) for at in instants], rows)


def test_crawls_of_the_future_feed_nothing_yet_and_withdrawn_ones_never(tmp_path):
    settings = built(tmp_path, [[seen(NOW.replace(hour=10), NOW.replace(hour=11))]])
    before = mart_fingerprints(settings)
    land_world(settings, seen(LATER, IN_YEARS))
    names = [NameReading("7", "other", "Other", IN_YEARS)]
    followers = [FollowerReading("twitch", "7", IN_YEARS, 5)]
    land_world(settings, live_world([], [], name_readings=names, follower_readings=followers))
    load(settings)
    build(settings, "run", as_of=f"{LATER}")
    assert mart_rows(settings, "crawls", 2).keys() == {("twitch", NOW.replace(hour=h)) for h in (10, 11, 15)}
    withdraw(settings, LATER.isoformat(), "twitch", "the clock was wrong", NOW)
    build(settings, "run", as_of=f"{NOW}")
    assert mart_fingerprints(settings) == before
