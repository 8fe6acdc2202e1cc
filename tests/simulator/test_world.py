"""The default world holds what real data holds, the same in every process."""

import os
import subprocess
import sys
from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

import pytest

from simulator.truth.games import all_games
from simulator.truth.world import World

START = datetime(2026, 10, 1)
MONTH = timedelta(days=35)

FINGERPRINT = """
import hashlib
from datetime import datetime
from simulator.truth.world import World
world = World(seed=3, streamers=50)
seen = [world.live(datetime(2026, 10, 7, hour, 13, 5)) for hour in (21, 2)]
truth = world.truth(datetime(2026, 10, 6), datetime(2026, 10, 8))
print(hashlib.sha256(repr((seen, truth, world.streamers)).encode()).hexdigest())
"""


@pytest.fixture(scope="module")
def default_world() -> World:
    return World()


@pytest.fixture(scope="module")
def month(default_world):
    return default_world.truth(START, START + MONTH)


def _fingerprint(hash_seed: str) -> str:
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    command = [sys.executable, "-c", FINGERPRINT]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout


def test_the_same_seed_is_the_same_world_in_every_process():
    assert _fingerprint("1") == _fingerprint("2") != ""


def test_another_seed_is_another_world():
    assert World(seed=1, streamers=20).streamers != World(seed=2, streamers=20).streamers


def test_asking_about_a_later_time_first_changes_nothing():
    early, late = datetime(2026, 10, 7, 20), datetime(2026, 11, 20, 20)
    forwards, backwards = World(streamers=60), World(streamers=60)
    first = [forwards.live(early), forwards.live(late)]
    assert [backwards.live(late), backwards.live(early)] == first[::-1]


def test_nobody_is_live_before_the_epoch(default_world):
    assert default_world.live(default_world.epoch - timedelta(seconds=1)) == []
    before = default_world.truth(default_world.epoch - timedelta(days=3), default_world.epoch)
    assert before.intervals == ()


def test_popularity_is_heavy_tailed(default_world):
    day = [default_world.live(START + timedelta(hours=hour)) for hour in range(24)]
    counts = [[stream.viewers for stream in streams] for streams in day]
    assert all(viewers == sorted(viewers, reverse=True) for viewers in counts)
    assert max(viewers[0] for viewers in counts) > 2_000
    assert all(median(viewers) <= 30 and viewers[-1] <= 1 for viewers in counts)
    assert all(sum(viewers[: len(viewers) // 5]) > sum(viewers) / 2 for viewers in counts)


def test_about_a_quarter_of_the_streamers_is_live(default_world):
    counts = [len(default_world.live(START + timedelta(hours=hours))) for hours in range(7 * 24)]
    assert 80 <= sum(counts) / len(counts) <= 120
    assert max(counts) > 1.5 * min(counts)


def test_a_month_has_streams_without_a_category_and_games_unknown_to_get_games(month):
    hours = Counter()
    for interval in month.intervals:
        hours[interval.game_id] += interval.seconds / 3600
    unlisted = [game.id for game in all_games() if not game.is_listed]
    talk = [game.id for game in all_games() if not game.igdb_id]
    assert hours[""] > 10
    assert sum(hours[game_id] for game_id in unlisted) > 10
    assert sum(hours[game_id] for game_id in talk) > 100


def test_a_broadcast_can_change_its_game_and_drop_and_come_back(month):
    games = {}
    for interval in month.intervals:
        games.setdefault(interval.stream_id, set()).add(interval.game_id)
    assert sum(len(ids) > 1 for ids in games.values()) > 100
    drops = [
        (before, after)
        for before, after in pairwise(month.intervals)
        if before.streamer_id == after.streamer_id
        and before.stream_id != after.stream_id
        and timedelta(0) < after.started_at - before.ended_at < timedelta(minutes=10)
    ]
    assert len(drops) > 50


def test_a_channel_that_is_always_on_changes_its_stream_id_within_48_hours(default_world, month):
    always_on = [streamer.id for streamer in default_world.streamers if streamer.is_always_on]
    assert always_on
    for streamer_id in always_on:
        own = [interval for interval in month.intervals if interval.streamer_id == streamer_id]
        assert month.hours_broadcast(streamer_id) > 0.99 * 35 * 24
        assert len({interval.stream_id for interval in own}) >= 35 * 24 // 48


def test_titles_and_tags_change_within_a_stream(default_world):
    streamer = default_world.streamers[0]
    begin = 1_790_000_000
    plans = list(default_world.airings(streamer, begin, begin + 10 * 86_400))
    looks = [{(segment.title, segment.tags) for segment in airing.segments} for airing in plans]
    assert max(map(len, looks)) >= 2


def test_a_rename_changes_both_names_at_one_known_instant(default_world):
    renames = default_world.renames(START, START + MONTH)
    assert len(renames) >= 3
    for streamer_id, at in renames:
        before, after = (
            default_world.names(streamer_id, moment) for moment in (at - timedelta(seconds=1), at)
        )
        assert before[0] != after[0] and before[1] != after[1]


def test_names_change_at_no_other_time(default_world):
    changes = dict.fromkeys((streamer.id for streamer in default_world.streamers), 0)
    for streamer_id, _ in default_world.renames(START, START + 8 * MONTH):
        changes[streamer_id] += 1
    for streamer in default_world.streamers:
        days = [default_world.names(streamer.id, START + timedelta(days=day)) for day in range(8 * 35 + 1)]
        assert sum(one != two for one, two in pairwise(days)) == changes[streamer.id]


def test_most_channels_gain_followers_and_some_lose_them(default_world):
    gains = [
        default_world.followers(streamer.id, START + MONTH) - default_world.followers(streamer.id, START)
        for streamer in default_world.streamers
    ]
    assert sum(gain > 0 for gain in gains) > len(gains) / 2
    assert sum(gain < 0 for gain in gains) > len(gains) / 20


def test_the_catalogue_holds_every_kind_of_game():
    games = all_games()
    shooters = [game for game in games if "shooter" in game.genres]
    assert len(games) >= 40 and len({game.id for game in games}) == len(games)
    assert len({game.igdb_id for game in games if game.igdb_id}) == sum(1 for game in games if game.igdb_id)
    assert games[0].name == "Just Chatting" and games[0].igdb_id == ""
    assert any(game.is_first_person_shooter for game in games)
    assert any(not game.is_first_person_shooter for game in shooters)
    assert any(len(game.publishers) > 1 for game in games)
    assert any(game.is_in_igdb and not game.publishers for game in games)
    assert any(game.igdb_id and not game.is_in_igdb for game in games)
