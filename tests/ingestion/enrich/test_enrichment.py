"""Tests of enrichment against the simulator: what it asks for, in which order, once and within budget."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from ingestion.client.asking import in_batches
from ingestion.crawl.lock import one_crawl_at_a_time
from ingestion.enrich.due import budget_at
from ingestion.enrich.steps import NotAnswered
from ingestion.warehouse.file import reading
from ingestion.warehouse.load import load
from simulator.faults.injected import Faults
from simulator.truth.world import World
from tests.ingestion.simulated import Simulated, simulated

AT = datetime(2026, 10, 7, 20)
WORLD = World(seed=3, streamers=600)


@pytest.fixture
def crawled(tmp_path: Path) -> Iterator[Simulated]:
    with simulated(tmp_path, WORLD, AT) as box:
        box.crawl()
        yield box


def spent_since_the_crawl(box: Simulated) -> int:
    with reading(box.settings) as raw:
        whole = int(800 * box.settings.cadence_minutes * box.settings.points_share)
        return whole - budget_at(box.settings, "twitch", raw, box.clock.now()).points


def test_everyone_live_is_known_after_one_enrichment(crawled: Simulated):
    live = WORLD.live(AT)
    costs = crawled.enrich()
    load(crawled.settings)
    assert set(crawled.rows("select id, login, display_name from raw.users")) == {
        (stream.streamer_id, stream.login, stream.display_name) for stream in live
    }
    assert set(crawled.rows("select id from raw.games")) == {(s.game_id,) for s in live if s.game_id}
    igdb_ids = {game.igdb_id for game in WORLD.games if game.igdb_id and game.is_listed}
    assert {one for (one,) in crawled.rows("select id from raw.igdb_games")} <= igdb_ids
    assert set(crawled.rows("select user_id, follower_count from raw.followers")) == {
        (stream.streamer_id, WORLD.followers(stream.streamer_id, AT)) for stream in live
    }
    assert all(cost.is_complete for cost in costs.values())


def test_every_question_says_what_it_cost_and_the_sum_is_true(crawled: Simulated):
    crawl_points = spent_since_the_crawl(crawled)
    costs = crawled.enrich()
    helix = sum(calls for path, calls in crawled.served.box.calls.items() if path.startswith("/helix/"))
    assert helix == crawl_points + sum(cost.points_used for cost in costs.values())
    assert costs["followers"].points_used == costs["followers"].found == len(WORLD.live(AT))
    assert costs["igdb_games"].points_used == 0
    assert spent_since_the_crawl(crawled) == helix


def test_what_is_known_is_not_asked_for_again(crawled: Simulated):
    crawled.enrich()
    before = dict(crawled.served.box.calls)
    assert crawled.enrich() == {}
    assert crawled.served.box.calls == before


def test_nothing_exceeds_the_budget_however_often_it_runs(crawled: Simulated):
    allowed = int(800 * 5 * 0.01)
    orders = []
    for _ in range(3):
        orders.append(list(crawled.enrich(points_share=0.01)))
        crawled.later(seconds=1)
    helix = sum(calls for path, calls in crawled.served.box.calls.items() if path.startswith("/helix/"))
    assert helix == allowed
    assert orders == [
        ["users", "games", "igdb_links", "igdb_games", "followers"],
        ["followers"],
        ["followers"],
    ]


def test_a_budget_too_small_goes_to_new_users_first(crawled: Simulated):
    points = spent_since_the_crawl(crawled) + 1
    costs = crawled.enrich(points_share=(points + 0.5) / 4000)
    assert costs["users"].points_used == 1
    assert costs["users"].asked in {len(batch) for batch in in_batches(WORLD.live(AT), 100)}
    for later in ("games", "followers"):
        assert (costs[later].asked, costs[later].is_complete) == (0, False)


def test_enrichment_is_over_shortly_before_the_next_crawl(crawled: Simulated):
    crawled.later(seconds=296)
    before = dict(crawled.served.box.calls)
    costs = crawled.enrich()
    assert all(cost.asked == 0 and not cost.is_complete for cost in costs.values())
    assert crawled.served.box.calls == before


def test_a_running_crawl_ends_the_asking(crawled: Simulated):
    lock = crawled.settings.root / "crawl.lock"
    with one_crawl_at_a_time(lock, crawled.clock.now):
        assert {cost.points_used for cost in crawled.enrich().values()} == {0}
    lock.write_text('{"pid": 99999999, "began": 1.0, "since": "a process that was killed"}')
    assert crawled.enrich()["users"].is_complete


def test_an_api_that_fails_loses_nothing_that_was_fetched(tmp_path: Path):
    faults = Faults({"500": 1.0}, skip_calls=40, clock=lambda: AT)
    with simulated(tmp_path, WORLD, AT, layer=faults) as box:
        box.crawl()
        with pytest.raises(NotAnswered, match=r"^followers: .*HTTP 500"):
            box.enrich()
        faults.rates.clear()
        load(box.settings)
        kept = len(box.rows("from raw.users"))
        readings = len(box.rows("from raw.followers"))
        assert kept == len(WORLD.live(AT))
        assert 0 < readings < kept
        box.later(seconds=70)
        box.enrich()
        load(box.settings)
        assert len(box.rows("select distinct user_id from raw.followers")) == kept
        assert len(box.rows("from raw.followers")) == kept


def test_a_reading_is_due_again_after_its_hours(crawled: Simulated):
    crawled.enrich()
    for hours, is_due in ((20, False), (5, True)):
        crawled.later(hours=hours)
        crawled.crawl()
        costs = crawled.enrich()
        again = {stream.streamer_id for stream in WORLD.live(crawled.clock.now())} & {
            stream.streamer_id for stream in WORLD.live(AT)
        }
        load(crawled.settings)
        twice = crawled.rows(
            "select user_id from raw.followers group by user_id having count(distinct observed_at) > 1"
        )
        assert costs["followers"].is_complete
        assert {user_id for (user_id,) in twice} == (again if is_due else set())


def test_archives_of_ended_streams_tell_their_true_length_and_are_looked_for_once(crawled: Simulated):
    first = {stream.stream_id: stream for stream in WORLD.live(AT)}
    for _ in range(2):
        crawled.later(hours=6)
        crawled.crawl()
        crawled.enrich()
    crawled.later(minutes=5)
    crawled.crawl()
    costs = crawled.enrich()
    still = {s.stream_id for at in (crawled.clock.now(), AT + timedelta(hours=12)) for s in WORLD.live(at)}
    ended = set(first) - still
    lengths = dict(crawled.rows("select stream_id, duration_seconds from raw.videos"))
    assert ended
    for stream_id in ended:
        airing = WORLD.airing(stream_id)
        assert lengths[stream_id] == airing.end - airing.start
    assert not set(lengths) & {stream.stream_id for stream in WORLD.live(crawled.clock.now())}
    assert costs["videos"].is_complete if "videos" in costs else True
    asked = crawled.calls("/helix/videos")
    crawled.enrich()
    assert crawled.calls("/helix/videos") == asked


def test_the_first_enrichment_after_no_crawl_asks_for_nothing(tmp_path: Path):
    with simulated(tmp_path, WORLD, AT) as box:
        assert box.enrich() == {}
        assert box.served.box.calls == {}
