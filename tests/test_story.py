"""The whole story: a demonstration, a second one, and what the rankings owe to the simulator's truth."""

import re
import shutil
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from docs.samples import samples
from simulator.truth.world import World
from tests.demonstration import STREAMERS, demo
from tests.places import PROJECT


def published(home: Path, query: str) -> list[tuple]:
    with duckdb.connect(home / "published" / "airtime.duckdb", read_only=True) as connection:
        return connection.execute(query).fetchall()


@pytest.fixture(scope="module")
def home(demonstrated) -> Path:
    assert demonstrated.done.returncode == 0, demonstrated.done.stderr
    assert "streamers, last_7_days" in demonstrated.done.stdout
    return demonstrated.home


@pytest.fixture(scope="module")
def first_full_day(home) -> datetime:
    return published(home, "select min(observed_at) from marts.crawls")[0][0]


def test_hours_broadcast_are_near_the_truth(home, first_full_day):
    truth = World(streamers=STREAMERS).truth(first_full_day, first_full_day + timedelta(days=1))
    true_hours = sum(truth.seconds_broadcast.values()) / 3600
    measured = published(
        home,
        f"""
        select sum(hours_broadcast) from marts.rank_streamers
        where period = 'day' and period_start = '{first_full_day:%Y-%m-%d}'
        """,
    )[0][0]
    assert measured == pytest.approx(true_hours, rel=0.05)


def test_who_was_ranked_did_stream(home, first_full_day):
    truth = World(streamers=STREAMERS).truth(first_full_day, first_full_day + timedelta(days=1))
    true_ids = set(truth.seconds_broadcast)
    ranked = published(
        home,
        f"""
        select streamer_id from marts.rank_streamers
        where period = 'day' and period_start = '{first_full_day:%Y-%m-%d}'
        """,
    )
    assert {streamer_id for (streamer_id,) in ranked} <= true_ids
    assert len(ranked) >= 0.9 * len(true_ids)


@pytest.mark.parametrize("page", ["tutorial.md", "how-to/troubleshoot.md"])
def test_what_the_documentation_asks_the_demonstration_answers(home, page):
    text = (PROJECT / "docs" / page).read_text()
    queries = re.findall(r"```sql\n(.*?)```", text, re.DOTALL)
    with duckdb.connect(home / "published" / "airtime.duckdb", read_only=True) as connection:
        answers = {query: connection.sql(query) for query in queries}
        shown = {query: said for _, query, said in samples(text)}
        assert len(answers) > 0
        for query, answer in answers.items():
            assert answer.columns == names_shown(shown.get(query.strip()), answer.columns)


def names_shown(said: str | None, otherwise: list[str]) -> list[str]:
    """Return the names of the columns in what DuckDB printed."""
    return said.splitlines()[1].replace("│", " ").split() if said else otherwise


def test_a_second_demonstration_adds_three_crawls_and_no_double(home, tmp_path):
    again = Path(shutil.copytree(home, tmp_path / "again", symlinks=True))
    before = published(home, "select count(*) from marts.crawls")[0][0]
    assert demo(again).returncode == 0
    after, distinct = published(again, "select count(*), count(distinct observed_at) from marts.crawls")[0]
    assert after == before + 3
    assert distinct == after


def test_a_folder_with_real_data_is_no_place_for_a_demonstration(tmp_path):
    (tmp_path / "landing").mkdir()
    refused = demo(tmp_path)
    assert refused.returncode == 2
    assert "real data" in refused.stderr
    assert not (tmp_path / "SIMULATED").exists()
