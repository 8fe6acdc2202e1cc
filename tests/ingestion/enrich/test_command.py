"""What `python -m ingestion enrich` says and exits with, and what is left of one that was killed."""

import json
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from ingestion.clock import utc_now
from simulator.demo import credentials
from simulator.server import Served, serve
from simulator.truth.world import World
from tests.ingestion.commands import clean_environment, ingestion, sentence
from tests.ingestion.fake_twitch import CLIENT_ID, SECRET

WORLD = World(seed=5, streamers=1800)
PLENTY, SCARCE = 60_000, 800  # points a minute


@pytest.fixture(scope="module")
def crawled(tmp_path_factory) -> Path:
    """A home with one loaded crawl of the present."""
    home = tmp_path_factory.mktemp("crawled") / "home"
    with serve(WORLD, client_id=CLIENT_ID, client_secret=SECRET) as served:
        for command in ("crawl", "load"):
            done = ingestion(home, command, **credentials(served, CLIENT_ID, SECRET))
            assert done.returncode == 0, done.stderr
    return home


@pytest.fixture
def platform(request, tmp_path: Path, crawled: Path) -> Iterator[tuple[Path, dict[str, str], Served]]:
    """A copy of the crawled home, the settings that lead to the platform, and it, with points for all."""
    home, points = Path(shutil.copytree(crawled, tmp_path / "home")), getattr(request, "param", PLENTY)
    with serve(WORLD, client_id=CLIENT_ID, client_secret=SECRET, points_per_minute=points) as served:
        yield home, credentials(served, CLIENT_ID, SECRET), served


def readings(home: Path) -> Counter[str]:
    files = (home / "landing" / "twitch" / "followers").rglob("[!.]*.parquet")
    return Counter(user_id for path in files for user_id in pq.read_table(path)["user_id"].to_pylist())


def test_it_says_what_each_question_found_and_cost_and_then_that_nothing_is_due(platform):
    home, variables, _ = platform
    done = ingestion(home, "enrich", **variables)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert [line.partition(":")[0] for line in lines] == [
        "users",
        "games",
        "igdb_links",
        "igdb_games",
        "followers",
    ]
    count = len(readings(home))
    assert lines[-1] == f"followers: {count:,} found of {count:,} asked for, {count:,} points"
    assert ingestion(home, "enrich", **variables).stdout == "nothing is due\n"
    assert ingestion(home, "enrich", "--json", **variables).stdout == ""


def test_as_json_each_cost_is_a_line(platform):
    home, variables, served = platform
    done = ingestion(home, "enrich", "--json", **variables)
    assert (done.returncode, done.stderr) == (0, "")
    costs = [json.loads(line) for line in done.stdout.splitlines()]
    assert list(dict.fromkeys(cost["step"] for cost in costs)) == [
        "users",
        "games",
        "igdb_links",
        "igdb_games",
        "followers",
    ]
    assert sum(cost["found"] for cost in costs if cost["step"] == "followers") == len(readings(home))
    assert "/helix/users" in served.box.calls and "/helix/streams" not in served.box.calls


@pytest.mark.parametrize("platform", [SCARCE], indirect=True)
def test_a_killed_enrichment_has_landed_its_readings_and_none_is_taken_twice(platform):
    home, variables, served = platform
    live = len(WORLD.live(utc_now()))
    command = [sys.executable, "-m", "ingestion", "enrich"]
    environment = clean_environment(home, **variables)
    with subprocess.Popen(command, env=environment, cwd=home.parent, stdout=subprocess.DEVNULL) as running:
        until = time.monotonic() + 60
        while not readings(home) and time.monotonic() < until:
            assert running.poll() is None
            time.sleep(0.01)  # the core is the other's
        running.kill()
    before = readings(home)
    assert 0 < len(before) < live
    done = ingestion(home, "enrich", **variables)
    assert done.returncode == 0, done.stderr
    after = readings(home)
    assert set(after.values()) == {1}
    assert len(after) > len(before)


def test_a_fault_of_the_overrides_is_one_sentence_and_nothing_is_asked_for(platform):
    home, variables, served = platform
    before = dict(served.box.calls)
    (home / "overrides.csv").write_text("game,publisher,genre\n")
    assert sentence(ingestion(home, "enrich", **variables), 2).startswith(
        "overrides.csv, line 1: these columns are missing: game_id"
    )
    assert served.box.calls == before


@pytest.mark.parametrize("share", ["0", "1.1", "much"])
def test_a_share_that_is_none_is_refused(share: str, tmp_path: Path):
    said = sentence(ingestion(tmp_path / "home", "enrich", AIRTIME_POINTS_SHARE=share), 2)
    assert said.startswith("setting AIRTIME_POINTS_SHARE: ")


@pytest.mark.parametrize("memory", ["3", "900MB", "3 sheep"])
def test_too_little_memory_is_refused(memory: str, tmp_path: Path):
    said = sentence(ingestion(tmp_path / "home", "load", AIRTIME_MEMORY=memory), 2)
    assert said.startswith("setting AIRTIME_MEMORY: ")
