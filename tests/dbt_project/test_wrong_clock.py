"""A crawl that a wrong clock began changes no mart, and none once it is taken back."""

from datetime import datetime

from ingestion.warehouse.load import load
from ingestion.warehouse.withdraw import withdraw
from tests.dbt_project.making.warehouses import build, land_world, mart_fingerprints, mart_rows
from tests.reference.worlds.small import crawl, live_world, observation
from tests.reference.worlds.world import FollowerReading, NameReading, World

# the built home ends on this day at 10:20
NOW, LATER, IN_YEARS = datetime(2026, 3, 4, 12), datetime(2026, 3, 4, 15), datetime(2031, 1, 1)


def seen(*instants: datetime) -> World:
    """Return the last stream of the built home at these instants, with a game of its own at each."""
    rows = [
        observation(at, stream_id="b4", streamer_id="7", game_id=str(at.year + at.hour)) for at in instants
    ]
    return live_world([crawl(at) for at in instants], rows)


def test_crawls_of_the_future_feed_nothing_yet_and_withdrawn_ones_never(home):
    before, crawls = mart_fingerprints(home), mart_rows(home, "crawls", 2).keys()
    land_world(home, seen(LATER, IN_YEARS))
    names = [NameReading("7", "other", "Other", IN_YEARS)]
    followers = [FollowerReading("twitch", "7", IN_YEARS, 5)]
    land_world(home, live_world([], [], name_readings=names, follower_readings=followers))
    load(home)
    build(home, "run", as_of=f"{LATER}")
    assert mart_rows(home, "crawls", 2).keys() == {*crawls, ("twitch", LATER)}
    withdraw(home, LATER.isoformat(), "twitch", "the clock was wrong", NOW)
    build(home, "run", as_of=f"{NOW}")
    assert mart_fingerprints(home) == before
