"""What has landed arrives in raw as it is; no repetition, order or chunk changes what staging shows."""

import json
import shutil
from datetime import timedelta
from itertools import permutations

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.enrich.followers import land_followers
from ingestion.landing.files import FOLLOWERS_SCHEMA
from ingestion.warehouse import load as load_module
from ingestion.warehouse.load import Loaded, load
from tests.ingestion.landed_crawls import (
    START,
    land_streams,
    minutes,
    raw_counts,
    rows_of,
    settings_in,
    staged,
    stream,
)
from tests.lengths import a_few_builds

MODELS = (
    "stg_airtime__crawls",
    "stg_twitch__observations",
    "stg_twitch__followers",
)
# What tells loads apart and may differ between two ways to the same rows.
OF_THE_LOAD = {"load_count", "newest_load_id", "load_id", "row_count"}


def all_staged(settings) -> dict[str, list[dict]]:
    """Return what staging shows; a row that was loaded again counts once, as int_doubles has it."""
    found = {
        model: [{k: v for k, v in row.items() if k not in OF_THE_LOAD} for row in staged(settings, model)]
        for model in MODELS
    }
    observations = found["stg_twitch__observations"]
    once = [row for number, row in enumerate(observations) if row not in observations[:number]]
    return found | {"stg_twitch__observations": once, "details": first_shown(settings)}


def first_shown(settings) -> list[dict]:
    """Return each stream's details as they were shown first; what is loaded late may show them once more."""
    newest_first = sorted(
        staged(settings, "stg_twitch__stream_details"), key=lambda row: row["observed_at"], reverse=True
    )
    shown = {(row["platform"], row["stream_id"], row["details_id"]): row for row in newest_first}
    return [
        {column: value for column, value in shown[key].items() if column not in OF_THE_LOAD}
        for key in sorted(shown)
    ]


def land_three_crawls(settings) -> None:
    land_streams(settings, minutes(0), [stream(1), stream(2)])
    land_streams(settings, minutes(5), [stream(1, 7), stream(2, 6, title="another"), stream(3)])
    land_streams(settings, minutes(10), [stream(2, 4, title="another")])
    readings = FOLLOWERS_SCHEMA.empty_table().from_pylist(
        [{"user_id": "u1", "follower_count": 9, "observed_at": minutes(3)}], schema=FOLLOWERS_SCHEMA
    )
    land_followers(settings.landing, "twitch", readings, minutes(3))


def test_a_landed_crawl_arrives_in_raw_as_it_is(tmp_path):
    settings = settings_in(tmp_path)
    odd = stream(
        2, 0, game_id="", game_name=None, title="a 'title' \x1f \U0001f600", tags=None, language=None
    )
    path = land_streams(settings, START, [stream(1), odd])
    assert load(settings) == Loaded(files=1, rows=2)
    observations = rows_of(settings, "select * from raw.observations order by id")
    details = rows_of(settings, "select * from raw.stream_details order by id")
    for landed, observation, detail in zip(
        pq.read_table(path).to_pylist(), observations, details, strict=True
    ):
        del landed["extra"]
        detail["tags"] = json.loads(detail["tags"] or "null")
        assert {name: {**detail, **observation}[name] for name in landed} == landed
        assert observation["details_id"] == detail["details_id"]
        assert observation["observed_at"] == detail["observed_at"] == START
    crawl = rows_of(settings, "select * exclude _dlt_load_id from raw.crawls")[0]
    assert crawl["file_name"] == str(path.relative_to(settings.landing))
    assert (crawl["observed_at"], crawl["finished_at"]) == (START, START + timedelta(seconds=5))
    assert (crawl["is_live"], crawl["is_complete"], crawl["streams"], crawl["pages"]) == (True, True, 2, 1)


def test_times_keep_their_microseconds_and_no_zone(tmp_path):
    settings = settings_in(tmp_path)
    started_at = START.replace(microsecond=123_456)
    land_streams(settings, START, [stream(1, started_at=started_at)])
    load(settings)
    assert rows_of(settings, "select started_at from raw.observations") == [{"started_at": started_at}]


def test_a_second_load_loads_nothing_and_leaves_no_trace(tmp_path):
    settings = settings_in(tmp_path)
    land_three_crawls(settings)
    assert load(settings) == Loaded(files=4, rows=7)
    before, loads = raw_counts(settings), rows_of(settings, "select load_id from raw._dlt_loads")
    assert load(settings) == Loaded(files=0, rows=0)
    assert raw_counts(settings) == before
    assert rows_of(settings, "select load_id from raw._dlt_loads") == loads


@pytest.mark.parametrize("lost", ["dlt", "warehouse.duckdb", "both"])
def test_what_is_lost_between_two_loads_doubles_and_loses_nothing(tmp_path, lost):
    settings, whole = settings_in(tmp_path / "home"), settings_in(tmp_path / "whole")
    land_three_crawls(settings)
    land_three_crawls(whole)
    load(settings)
    if lost != "warehouse.duckdb":
        shutil.rmtree(settings.root / "dlt")
    if lost != "dlt":
        settings.warehouse.unlink()
    for each in (settings, whole):
        land_streams(each, minutes(15), [stream(1, 3), stream(4)])
    assert load(settings).files == (1 if lost == "dlt" else 5)
    load(whole)
    assert all_staged(settings) == all_staged(whole)
    assert raw_counts(settings) == raw_counts(whole)


def test_a_file_whose_load_left_no_ledger_is_loaded_again_and_counts_once(tmp_path):
    settings = settings_in(tmp_path)
    land_three_crawls(settings)
    load(settings)
    before = all_staged(settings)
    with load_module.duckdb.connect(settings.warehouse) as connection:
        connection.execute("delete from raw.landed_files")
    assert load(settings) == Loaded(files=4, rows=7)
    assert raw_counts(settings)["observations"] == 12
    assert all_staged(settings) == before


def test_an_empty_landing_zone_makes_every_table(tmp_path):
    settings = settings_in(tmp_path)
    assert load(settings) == Loaded(files=0, rows=0)
    assert set(raw_counts(settings).values()) == {0}
    assert all(rows == [] for rows in all_staged(settings).values())
    for table in ("users", "games", "igdb_games"):
        assert rows_of(settings, f"select * from raw.{table}") == []


def test_a_crawl_without_streams_is_a_crawl(tmp_path):
    settings = settings_in(tmp_path)
    land_streams(settings, START, [])
    assert load(settings) == Loaded(files=1, rows=0)
    [crawl] = staged(settings, "stg_airtime__crawls")
    assert (crawl["observed_at"], crawl["stream_count"], crawl["is_complete"]) == (START, 0, True)
    assert load(settings) == Loaded(files=0, rows=0)


def test_details_are_stored_when_they_change_and_once_a_day(tmp_path):
    settings, next_day = settings_in(tmp_path), 24 * 60
    for minute, title in ((0, "a"), (5, "a"), (10, "b"), (15, "b"), (20, "a"), (next_day, "a")):
        land_streams(settings, minutes(minute), [stream(1, minute, title=title)])
        load(settings)
    stored = rows_of(settings, "select title, observed_at from raw.stream_details order by observed_at")
    shown = [("a", minutes(0)), ("b", minutes(10)), ("a", minutes(next_day))]
    assert [(row["title"], row["observed_at"]) for row in stored] == shown
    assert raw_counts(settings)["observations"] == 6


def test_every_field_of_the_details_makes_new_details(tmp_path):
    settings = settings_in(tmp_path)
    changes = [
        {},
        {"user_login": "x"},
        {"user_name": "x"},
        {"game_id": "x"},
        {"game_name": "x"},
        {"title": "x"},
        {"tags": ["x"]},
        {"tags": ["x", "y"]},
        {"tags": []},
        {"tags": None},
        {"user_login": None},
        {"user_login": "Name1", "user_name": None},
        {"user_login": None, "user_name": "Name1", "title": None},
    ]
    for number, change in enumerate(changes):
        land_streams(settings, minutes(number), [stream(1, **change)])
    load(settings)
    assert len({row["details_id"] for row in rows_of(settings, "from raw.stream_details")}) == len(changes)


def test_first_observed_at_does_not_depend_on_the_order_of_loading(tmp_path):
    settings, orders = settings_in(tmp_path), {str(order): order for order in permutations((0, 5, 10))}
    for number in range(3):
        for platform, order in orders.items():
            rows = [stream(1), stream(2, title=f"from {order[number]}")]
            land_streams(settings, minutes(order[number]), rows, platform)
        load(settings)
    found = {(row["platform"], row["title"]): row["observed_at"] for row in first_shown(settings)}
    first = {"title 1": minutes(0)} | {f"from {minute}": minutes(minute) for minute in (0, 5, 10)}
    assert found == {(platform, title): at for platform in orders for title, at in first.items()}


seen = st.lists(st.tuples(st.integers(1, 3), st.sampled_from("ab")), max_size=3, unique_by=lambda one: one[0])
crawls = st.lists(seen, min_size=1, max_size=5)


@a_few_builds(3, 30)
@given(
    platforms=st.lists(crawls, min_size=2, max_size=6),
    cuts=st.lists(st.integers(0, 20), max_size=2),
    random=st.randoms(use_true_random=False),
)
def test_any_split_into_loads_ends_in_the_same_rows(tmp_path_factory, platforms, cuts, random):
    landings = [
        (minutes(5 * number), [stream(one, title=title) for one, title in crawl], f"p{index}")
        for index, crawls in enumerate(platforms)
        for number, crawl in enumerate(crawls)
    ]
    at_once, piecemeal = (settings_in(tmp_path_factory.mktemp("home")) for _ in range(2))
    for landing in landings:
        land_streams(at_once, *landing)
    load(at_once)
    random.shuffle(landings)
    for number, landing in enumerate(landings):
        if number in cuts:
            load(piecemeal)
        land_streams(piecemeal, *landing)
    load(piecemeal)
    assert all_staged(piecemeal) == all_staged(at_once)


def test_chunks_load_every_file_once_and_say_how_far_they_are(tmp_path, monkeypatch):
    monkeypatch.setattr(load_module, "ROWS_PER_LOAD", 3)
    settings, whole = settings_in(tmp_path / "home"), settings_in(tmp_path / "whole")
    heard = []
    for each in (settings, whole):
        for number in range(7):
            land_streams(each, minutes(number), [stream(n, number) for n in range(number % 4)])
    assert load(settings, lambda done, total: heard.append((done, total))) == Loaded(files=7, rows=9)
    assert heard[0] == (0, 7)
    assert heard[-1] == (7, 7)
    assert len(heard) == len(set(heard)) > 3
    monkeypatch.undo()
    load(whole)
    assert all_staged(settings) == all_staged(whole)
    assert raw_counts(settings) == raw_counts(whole)
