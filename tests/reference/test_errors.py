"""The standard error from sampling, each part by a case worked by hand."""

from datetime import date, datetime, timedelta
from math import sqrt

import pytest

from tests.reference.definitions.errors import Variances, edge12, steps12, variances, variances_by_day
from tests.reference.definitions.weights import Weighed
from tests.reference.marts import marts
from tests.reference.worlds.small import PLATFORM, crawl, live_world, observation
from tests.reference.worlds.world import HistoryRow, World, epoch

NOON = datetime(2019, 6, 15, 12)


def weighed(
    seconds: int = 0,
    gap: int | None = 300,
    started_ago: int | None = None,
    viewers: int = 10,
    stream_id: str | None = "s1",
    weight: int = 300,
    cadence: int = 300,
) -> Weighed:
    at = NOON + timedelta(seconds=seconds)
    started_at = None if started_ago is None else at - timedelta(seconds=started_ago)
    row = observation(at, stream_id=stream_id, viewer_count=viewers, started_at=started_at)
    return Weighed(row, epoch(at), at.date(), weight, cadence, gap)


@pytest.mark.parametrize(
    ("gap", "started_ago", "expected"),
    [
        (None, None, 2 * 300**2),
        (None, 9000, 2 * 300**2),
        (300, 300, 0),
        (7200, 7200, 0),
        (300, 299, 2 * 300**2),
        (300, None, 2 * 300**2),
        (400, None, 2 * 400**2 + 6 * 100**2),
        (100, None, 2 * 100**2 + 6 * 200**2),
        (1050, None, 2 * 1050**2 + 6 * 750**2),
        (1051, None, 2 * 300**2),
        (1051, 1050, 2 * 300**2),
    ],
)
def test_an_edge_is_as_uncertain_as_the_gap_it_lies_in(gap, started_ago, expected):
    assert edge12(weighed(gap=gap, started_ago=started_ago)) == expected


def test_a_step_is_the_viewers_change_since_the_streams_previous_observation():
    day = [
        weighed(0, viewers=10),
        weighed(300, viewers=13),
        weighed(700, viewers=13),
        weighed(1000, viewers=9),
    ]
    assert steps12(day) == [300**2 * 9, 0, 300**2 * 16]
    assert steps12([weighed(0, viewers=10), weighed(400, viewers=12)]) == [(400**2 + 3 * 100**2) * 4]


def test_steps_are_within_a_stream_and_of_files_within_a_streamer():
    live = [weighed(0, viewers=10), weighed(300, viewers=20, stream_id="s2"), weighed(600, viewers=11)]
    assert steps12(live) == [(600**2 + 3 * 300**2) * 1]
    files = [weighed(0, viewers=10, stream_id=None), weighed(300, viewers=20, stream_id=None)]
    assert steps12(files) == [300**2 * 100]


def test_steps_do_not_reach_into_the_day_before():
    midnight = 12 * 3600
    days = variances_by_day([weighed(midnight - 300, viewers=10), weighed(midnight, viewers=99)])
    edge = 2 * 300**2
    assert days[date(2019, 6, 15)]["7"] == Variances(edge, edge * 10**2)
    assert days[date(2019, 6, 16)]["7"] == Variances(edge, edge * 99**2)


def test_both_divisions_of_a_day_round_down_after_the_products():
    day = [
        weighed(0, gap=75, viewers=1, weight=2, cadence=75),
        weighed(1, gap=1, viewers=2, weight=1, cadence=75),
    ]
    edges, step = 11250 + 32858, 16429
    assert (sum(edge12(one) for one in day), steps12(day)) == (edges, [step])
    assert edges * 4**2 == 78414 * 3**2 + 2
    assert 3 * step == 24643 * 2 + 1
    assert variances(day) == Variances(edges, 78414 + 24643)


def test_without_any_time_nothing_watched_is_uncertain():
    assert variances([weighed(gap=3600, started_ago=9000, weight=0)]) == Variances(0, 0)


def test_the_days_of_a_period_add_up():
    world = live_world(
        [crawl(NOON), crawl(NOON + timedelta(days=1))],
        [observation(NOON, viewer_count=10), observation(NOON + timedelta(days=1), viewer_count=30)],
    )
    rows = marts(world)["rank_streamers"]
    edge = 2 * 300**2
    month = rows[PLATFORM, "month", date(2019, 6, 1), "7"]
    assert month["hours_broadcast_error"] == sqrt(2 * edge / 12) / 3600
    assert month["hours_watched_error"] == sqrt(edge * (10**2 + 30**2) / 12) / 3600
    day = rows[PLATFORM, "day", date(2019, 6, 16), "7"]
    assert day["hours_watched_error"] == sqrt(edge * 30**2 / 12) / 3600


def test_every_minute_of_a_file_is_an_edge_of_its_own():
    history = [HistoryRow("history", "ana", 60 * minute, "Duel", 100, None) for minute in range(60)]
    rows = marts(World("history", 60, history=history))["rank_streamers"]
    row = rows["history", "day", date(1970, 1, 1), "ana"]
    assert row["hours_broadcast_error"] == sqrt(60 * 2 * 60**2 / 12) / 3600
    assert row["hours_watched_error"] == sqrt(60 * 2 * 60**2 * 100**2 / 12) / 3600
