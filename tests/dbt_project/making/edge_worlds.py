"""Small worlds at the edges of the definitions, each a platform of its own; the tests work their numbers."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from tests.places import ELITE
from tests.reference.worlds.elite import elite
from tests.reference.worlds.small import crawl, live_world, observation
from tests.reference.worlds.worked_example import worked_example
from tests.reference.worlds.world import (
    Crawl,
    FollowerReading,
    HelixGame,
    IgdbGame,
    Observation,
    Override,
    World,
)

TEN = datetime(2026, 10, 7, 10)
FIVE_PAST = datetime(2026, 10, 7, 10, 5)
EARLIER = datetime(2026, 10, 7, 9)
FIVE_MINUTES = FIVE_PAST - TEN


def named(platform: str, world: World) -> World:
    """Return the world as that platform."""
    return replace(world, platform=platform)


def world_of(platform: str, observations: Iterable[Observation], crawls: Iterable[datetime] = ()) -> World:
    """Return a live world whose crawls are the observations' and those at `crawls`, which saw nobody."""
    rows = list(observations)
    instants = sorted({row.observed_at for row in rows} | set(crawls))
    return named(platform, live_world([crawl(at) for at in instants], rows))


def one_stream(
    instants: Iterable[datetime], started_at: datetime, viewers: int = 10, streamer_id: str = "7"
) -> list[Observation]:
    """Return one stream as the crawls at `instants` saw it."""
    who = {"streamer_id": streamer_id, "stream_id": f"s{streamer_id} {started_at}"}
    return [observation(at, started_at=started_at, viewer_count=viewers, **who) for at in instants]


def a_day_without_crawls() -> World:
    """7 October and 9 October are crawled; one stream runs all along, another begins after the outage."""
    before = [TEN, FIVE_PAST, datetime(2026, 10, 7, 10, 10)]
    after = [datetime(2026, 10, 9, 9), datetime(2026, 10, 9, 9, 5)]
    long = one_stream([*before, *after], EARLIER)
    new = one_stream(after, datetime(2026, 10, 9, 8, 50), streamer_id="8")
    return world_of("outage", long + new)


def a_month_with_one_crawl() -> World:
    """Noon of 15 October is all that was seen."""
    noon = datetime(2026, 10, 15, 12)
    rows = one_stream([noon], TEN) + one_stream([noon], TEN, viewers=20, streamer_id="8")
    return world_of("once", rows)


def every_kind_of_game() -> World:
    """No game, one without metadata, one that is none, and one with two publishers; 10 to 40 viewers."""
    crawls: list[Crawl] = [crawl(TEN), crawl(FIVE_PAST)]
    rows = [
        observation(
            one.observed_at,
            streamer_id=str(number),
            stream_id=f"s{number}",
            game_id=game_id,
            viewer_count=10 * number,
            started_at=EARLIER,
        )
        for one in crawls
        for number, game_id in enumerate(("", "unheard", "chatting", "split"), start=1)
    ]
    helix = [HelixGame("chatting", "Chatting", ""), HelixGame("split", "Split", "900")]
    igdb = [IgdbGame("900", ["Apex", "Soil"], ["Shooter"], ["shooter"], [], None)]
    none = [Override("chatting", "(not a game)", None)]
    return named("kinds", live_world(crawls, rows, helix_games=helix, igdb_games=igdb, overrides=none))


def one_streamer() -> World:
    """A platform of one streamer, on air for two crawls on each of two days."""
    days = [(TEN, FIVE_PAST), (datetime(2026, 10, 8, 10), datetime(2026, 10, 8, 10, 5))]
    rows = [row for first, second in days for row in one_stream([first, second], first)]
    return world_of("alone", rows, [datetime(2026, 10, 9)])


def nobody_watches() -> World:
    """Two streams that no one watches."""
    rows = [one_stream([TEN, FIVE_PAST], EARLIER, viewers=0, streamer_id=who) for who in ("7", "8")]
    return world_of("empty", rows[0] + rows[1])


def followers_fall() -> World:
    """Two streamers lose followers, one of them had been counted before October."""
    counts = [
        ("7", datetime(2026, 9, 28), 1200),
        ("7", datetime(2026, 10, 2), 1000),
        ("7", datetime(2026, 10, 20), 400),
        ("8", datetime(2026, 10, 2), 1000),
        ("8", datetime(2026, 10, 20), 900),
    ]
    rows = one_stream([TEN], EARLIER) + one_stream([TEN], EARLIER, streamer_id="8")
    readings = [FollowerReading("falling", who, at, count) for who, at, count in counts]
    return replace(world_of("falling", rows), follower_readings=readings)


def a_leap_day() -> World:
    """Noon of 28 and 29 February and of 1 March 2028, and 12:05 of the leap day; a stream each day."""
    noon, five_past = datetime(2028, 2, 29, 12), datetime(2028, 2, 29, 12, 5)
    rows = [
        *one_stream([datetime(2028, 2, 28, 12)], datetime(2028, 2, 28, 11, 55)),
        *one_stream([noon, five_past], datetime(2028, 2, 29, 11, 55)),
        *one_stream([datetime(2028, 3, 1, 12)], datetime(2028, 3, 1, 11, 59)),
    ]
    return world_of("leap", rows)


def a_year_change_inside_a_week() -> World:
    """Crawls on Thursday 31 December 2026 at 23:55 and on Friday at 0:05; one stream begins between."""
    before, after = datetime(2026, 12, 31, 23, 55), datetime(2027, 1, 1, 0, 5)
    through = one_stream([before, after], datetime(2026, 12, 31, 23, 50))
    across = one_stream([after], datetime(2026, 12, 31, 23, 58), streamer_id="8")
    return world_of("newyear", through + across)


def a_stream_of_a_fortnight() -> World:
    """One stream of one title and one tag, crawled on 7 and on 21 October."""
    rows = one_stream([TEN, TEN + timedelta(days=14)], EARLIER)
    return world_of("endless", [replace(row, title="On and on", tags=["Marathon"]) for row in rows])


def edge_worlds() -> list[World]:
    """Return every world above."""
    return [
        a_day_without_crawls(),
        a_month_with_one_crawl(),
        every_kind_of_game(),
        one_streamer(),
        nobody_watches(),
        followers_fall(),
        a_leap_day(),
        a_year_change_inside_a_week(),
        a_stream_of_a_fortnight(),
    ]


def known_worlds() -> list[World]:
    """Return every world above, the worked example and, where it is at hand, what was recorded."""
    return [*edge_worlds(), worked_example(), *([elite(ELITE)] if ELITE.exists() else [])]


def around_a_day(platform: str, start_at: datetime, end_at: datetime) -> World:
    """Crawls five minutes before and after the UTC instants at which a local day starts and ends."""
    instants = [
        start_at - FIVE_MINUTES,
        start_at + FIVE_MINUTES,
        end_at - FIVE_MINUTES,
        end_at + FIVE_MINUTES,
    ]
    return world_of(platform, one_stream(instants, start_at - 12 * FIVE_MINUTES))
