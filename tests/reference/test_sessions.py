"""What belongs to one session, and what a session says, each by a case worked by hand."""

from datetime import datetime, timedelta

import pytest

from tests.reference.marts import marts
from tests.reference.worlds.small import PLATFORM, crawl, live_world, observation
from tests.reference.worlds.world import EPOCH, HistoryRow, Video, World, epoch

NOON = datetime(2019, 6, 15, 12)
HOUR = 3600


def seen(*sightings: tuple[int, str], started_at: datetime | None = None) -> World:
    """Return a world with a crawl per sighting: seconds since noon and the stream id, "" for nobody."""
    crawls = [crawl(NOON + timedelta(seconds=seconds)) for seconds, _ in sightings]
    rows = [
        observation(one.observed_at, stream_id=stream_id, started_at=started_at)
        for one, (_, stream_id) in zip(crawls, sightings, strict=True)
        if stream_id
    ]
    return live_world(crawls, rows)


def starts(world: World, **options: int) -> list[int]:
    """Return the first observation of each session, in seconds since noon."""
    return sorted(int(key[1].split("@")[1]) - epoch(NOON) for key in marts(world, **options)["sessions"])


@pytest.mark.parametrize(("break_seconds", "begins_anew"), [(900, False), (901, True)])
def test_a_new_stream_within_ten_minutes_and_a_cadence_is_a_reconnect(break_seconds, begins_anew):
    world = seen((0, "s1"), (break_seconds, "s2"))
    assert starts(world) == ([0, break_seconds] if begins_anew else [0])


def test_reconnect_minutes_is_a_setting():
    assert starts(seen((0, "s1"), (900, "s2")), reconnect_minutes=9) == [0, 900]
    assert starts(seen((0, "s1"), (901, "s2")), reconnect_minutes=11) == [0]


def test_the_cadence_of_the_later_crawl_counts():
    later = NOON + timedelta(seconds=1200)
    rows = [observation(NOON, stream_id="s1"), observation(later, stream_id="s2")]
    assert len(marts(live_world([crawl(NOON), crawl(later, cadence_seconds=600)], rows))["sessions"]) == 1
    assert len(marts(live_world([crawl(NOON, cadence_seconds=600), crawl(later)], rows))["sessions"]) == 2


def test_one_stream_is_one_session_however_long_the_break():
    assert starts(seen((0, "s1"), (300, ""), (20 * HOUR, "s1"))) == [0]


def test_only_consecutive_observations_bridge_a_long_break():
    assert starts(seen((0, "s1"), (901, "s2"), (1802, "s1"))) == [0, 901, 1802]


def test_after_48_hours_of_the_whole_a_new_session_begins():
    world = seen(*((hour * HOUR, "s1") for hour in (0, 47, 49, 95, 97, 200)))
    assert starts(world) == [0, 49 * HOUR, 97 * HOUR, 200 * HOUR]
    assert starts(seen((0, "s1"), (48 * HOUR - 1, "s1"), (48 * HOUR, "s1"))) == [0, 48 * HOUR]


def test_a_break_of_more_than_48_hours_ends_a_session_even_of_one_stream():
    start = NOON - timedelta(hours=2)
    world = seen(*((hour * HOUR, "s1") for hour in (0, 49, 97)), started_at=start)
    rows = [row for _, row in sorted(marts(world)["sessions"].items())]
    # no broadcast lasts longer, so what began 51 hours before is no start of the second
    began = [start, NOON + timedelta(hours=49), NOON + timedelta(hours=97)]
    assert [row["started_at"] for row in rows] == began


def test_a_session_id_is_the_streamer_and_the_first_observation():
    rows = marts(seen((0, "s2"), (300, "s1"), (600, "s2")))["sessions"]
    assert set(rows) == {(PLATFORM, f"7@{epoch(NOON)}")}
    row = rows[PLATFORM, f"7@{epoch(NOON)}"]
    assert (row["streamer_id"], row["streamer_name"], row["stream_ids"]) == ("7", "Name7", ["s1", "s2"])


def test_files_have_sessions_without_stream_ids_by_their_rows_alone():
    minutes = (0, 1, 12, 24)
    history = [HistoryRow("history", "ana", 60 * minute, "Duel", 5, None) for minute in minutes]
    rows = marts(World("history", 60, history=history))["sessions"]
    assert set(rows) == {("history", "ana@0"), ("history", "ana@1440")}
    first = rows["history", "ana@0"]
    assert (first["stream_ids"], first["is_live"]) == ([], False)
    assert (first["started_at"], first["ended_at"]) == (EPOCH, EPOCH + timedelta(minutes=12))


def test_a_session_starts_with_its_stream_and_a_later_part_with_its_first_observation():
    world = seen(*((hour * HOUR, "s1") for hour in (0, 24, 49)), started_at=NOON - timedelta(hours=2))
    first, second = (row for _, row in sorted(marts(world)["sessions"].items()))
    assert (first["started_at"], first["duration_hours"]) == (NOON - timedelta(hours=2), 26)
    assert (second["started_at"], second["duration_hours"]) == (NOON + timedelta(hours=49), 0)


def _video(stream_id: str | None, seconds: int) -> Video:
    return Video(f"v{stream_id}{seconds}", stream_id, "7", NOON, seconds)


@pytest.mark.parametrize(
    ("videos", "minutes"),
    [
        ([], 5),
        ([_video("s2", 1800)], 30),
        ([_video("s2", 60)], 5),
        ([_video("s1", 1800), _video(None, 9999)], 5),
        ([_video("s2", 1800), _video("s2", 2400), _video("s2", 600)], 40),
    ],
)
def test_an_archive_of_the_last_stream_tells_the_end_unless_it_is_too_short(videos, minutes):
    crawls = [crawl(NOON), crawl(NOON + timedelta(minutes=5)), crawl(NOON + timedelta(hours=1))]
    rows = [
        observation(one.observed_at, stream_id=f"s{number}", started_at=NOON)
        for number, one in enumerate(crawls[:2], start=1)
    ]
    (row,) = marts(live_world(crawls, rows, videos=videos))["sessions"].values()
    assert row["ended_at"] == NOON + timedelta(minutes=minutes)
    assert row["duration_hours"] == minutes / 60
    assert row["airtime_hours"] == 600 / 3600


def test_an_archive_tells_no_end_of_a_session_that_48_hours_cut_off():
    instants = [NOON + timedelta(hours=hours) for hours in (0, 24, 47, 50, 62)]
    rows = [observation(at, stream_id="s1", started_at=NOON) for at in instants]
    missed = crawl(NOON + timedelta(hours=64))
    world = live_world([*map(crawl, instants), missed], rows, videos=[_video("s1", 63 * 3600)])
    first, second = sorted(marts(world)["sessions"].values(), key=lambda row: row["started_at"])
    assert (first["ended_at"], second["started_at"]) == (instants[2], instants[3])
    assert second["ended_at"] == NOON + timedelta(hours=63)


@pytest.mark.parametrize(("missed_minutes", "minutes"), [(23, 23), (None, 5)])
def test_no_end_lies_beyond_the_first_crawl_that_missed_the_stream(missed_minutes, minutes):
    instants = [NOON, NOON + timedelta(minutes=5)]
    crawls = [*instants] + ([NOON + timedelta(minutes=missed_minutes)] if missed_minutes else [])
    rows = [observation(at, started_at=NOON) for at in instants]
    (row,) = marts(live_world([*map(crawl, crawls)], rows, videos=[_video("s1", HOUR)]))["sessions"].values()
    assert row["ended_at"] == NOON + timedelta(minutes=minutes)


def test_a_broadcast_of_93_hours_that_began_before_the_first_crawl_is_no_session_of_93_hours():
    world = seen(*((hour * HOUR, "s1") for hour in range(48)), started_at=NOON - timedelta(hours=46))
    first, second = (row for _, row in sorted(marts(world)["sessions"].items(), key=lambda item: item[0][1]))
    assert (first["started_at"], first["duration_hours"]) == (NOON - timedelta(hours=46), 47)
    assert (second["started_at"], second["duration_hours"]) == (NOON + timedelta(hours=2), 45)


def test_an_archive_without_a_known_start_tells_no_end():
    world = live_world([crawl(NOON)], [observation(NOON)], videos=[_video("s1", 1800)])
    (row,) = marts(world)["sessions"].values()
    assert (row["ended_at"], row["duration_hours"]) == (NOON, 0)


def test_a_start_after_the_last_observation_makes_no_negative_length():
    (row,) = marts(seen((0, "s1"), started_at=NOON + timedelta(seconds=20)))["sessions"].values()
    assert (row["started_at"], row["ended_at"], row["duration_hours"]) == (
        NOON + timedelta(seconds=20),
        NOON,
        0,
    )


@pytest.mark.parametrize(("absences", "is_live"), [(0, True), (1, True), (2, False)])
def test_a_session_is_live_until_two_crawls_have_missed_it(absences, is_live):
    world = seen((0, "s1"), *((300 * missed, "") for missed in range(1, absences + 1)))
    (row,) = marts(world)["sessions"].values()
    assert row["is_live"] is is_live
    (patient,) = marts(world, absent_crawls_to_close=3)["sessions"].values()
    assert patient["is_live"] is True


def test_an_incomplete_crawl_misses_nobody():
    incomplete = [crawl(NOON + timedelta(minutes=minute), is_complete=False) for minute in (5, 10)]
    (row,) = marts(live_world([crawl(NOON), *incomplete], [observation(NOON)]))["sessions"].values()
    assert row["is_live"] is True


def test_only_the_last_session_of_a_streamer_is_live():
    rows = marts(seen((0, "s1"), (901, "s2")))["sessions"]
    assert {key[1]: row["is_live"] for key, row in rows.items()} == {
        f"7@{epoch(NOON)}": False,
        f"7@{epoch(NOON) + 901}": True,
    }


def test_the_figures_of_a_session_are_those_of_its_observations():
    crawls = [crawl(NOON + timedelta(minutes=5 * index)) for index in range(4)]
    shown = [("1", 10), ("", 40), ("1", 20), ("2", 30)]
    rows = [
        observation(one.observed_at, game_id=game_id, viewer_count=viewers)
        for one, (game_id, viewers) in zip(crawls, shown, strict=True)
    ]
    (row,) = marts(live_world(crawls, rows))["sessions"].values()
    assert (row["airtime_hours"], row["hours_watched"]) == (1200 / 3600, 100 * 300 / 3600)
    assert (row["average_viewers"], row["peak_viewers"]) == (25, 40)
    assert (row["main_game"], row["games_played"]) == ("(no category)", 3)


def test_an_average_over_no_time_is_null():
    midnight = datetime(2019, 6, 15)
    crawls = [crawl(midnight - timedelta(hours=1)), crawl(midnight)]
    world = live_world(crawls, [observation(midnight, started_at=midnight - timedelta(hours=3))])
    (row,) = marts(world)["sessions"].values()
    assert (row["airtime_hours"], row["average_viewers"], row["duration_hours"]) == (0, None, 3)


def test_a_session_counts_in_the_period_of_its_first_observation():
    late = timedelta(hours=11, minutes=55)
    world = seen((late.seconds, "s1"), (late.seconds + 300, "s1"), (late.seconds + 7200, "s2"))
    rows = marts(world)["rank_streamers"]
    days = {key[2].day: row["sessions"] for key, row in rows.items() if key[1] == "day"}
    assert days == {15: 1, 16: 1}
    assert marts(world)["monthly_activity"][PLATFORM, NOON.date().replace(day=1)]["sessions"] == 2
