"""The same truth gives equal marts, whichever platform it was crawled from: one warehouse, one build."""

from collections.abc import Iterator

import duckdb
import pytest

from ingestion.settings import Settings
from ingestion.warehouse.load import load
from simulator.truth.world import World
from tests.dbt_project.making.warehouses import build
from tests.ingestion.imports.snapshots.test_same_marts import AUDIT, differing
from tests.ingestion.platforms.crawls import crawl, serving

CRAWLS = 3
# what is the platform's own: how it names streams, and pages
OWN = (*AUDIT, "stream_id", "stream_ids", "session_id", "found_by_id")
UNTOLD = {
    "kick": (),
    "trovo": ("tags",),
    "chzzk": ("language", "streamer_login", "login"),
    "soop": ("language", "streamer_login", "login", "tags", "game_name", "main_game"),
}


UNTOLD_MARTS = {
    "kick": set(),
    "trovo": {"rank_tags"},
    "chzzk": {"rank_languages"},
    # what a category is, its name tells
    "soop": {
        "rank_languages",
        "rank_tags",
        "rank_genres",
        "rank_publishers",
        "games",
        "games_across_platforms",
    },
}


@pytest.fixture(scope="module")
def settings(tmp_path_factory) -> Iterator[Settings]:
    with serving(tmp_path_factory.mktemp("home"), World(seed=5, streamers=400)) as live:
        for _ in range(CRAWLS):
            at = live.clock.now()
            live.crawl()
            for platform in UNTOLD:
                live.clock.moment = at
                crawl(live, platform)
            live.clock.moment = at
            live.later(minutes=5)
        load(live.settings)
        build(live.settings)
        yield live.settings


@pytest.fixture(scope="module")
def marts(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(settings.warehouse, read_only=True) as connection:
        yield connection


def test_all_platforms_are_in_the_marts_side_by_side(marts):
    rows = marts.execute("select platform, count(*) from marts.crawls group by all order by all").fetchall()
    assert rows == [(platform, CRAWLS) for platform in ("chzzk", "kick", "soop", "trovo", "twitch")]
    assert marts.execute(
        "select min(n) > 50 from (select count(*) as n from marts.sessions group by platform)"
    ).fetchone()[0]


@pytest.mark.parametrize("platform", UNTOLD)
def test_the_same_truth_gives_the_same_figures(marts, platform: str):
    found = differing(marts, "twitch", platform, (*OWN, *UNTOLD[platform]))
    assert set(found) == UNTOLD_MARTS[platform]
