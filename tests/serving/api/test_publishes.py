"""A new publish is picked up while requests run: none fails, none mixes, nothing stays open."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pytest
import requests

from serving.api.versions import NotPublished, Versions
from tests.serving.api.marts import publish_marts
from tests.serving.api.serving_api import served

ROWS = "/v1/rankings/streamers?platform=twitch&limit=1000&offset={}"
PUBLISHES, CALLERS = 4, 3


def open_copies(home: Path) -> list[str]:
    """Return the copies published below `home` that this process has open, replaced ones among them."""
    found = []
    for handle in list(Path("/proc/self/fd").iterdir()):
        try:
            found.append(str(handle.readlink()))
        except FileNotFoundError:
            found.append("closed meanwhile")
    return [name for name in found if name.startswith(f"{home}/published/airtime.duckdb")]


def marks(response: requests.Response) -> set[int]:
    return {row["peak_viewers"] for row in response.json()["data"]}


@pytest.fixture
def versions(tmp_path) -> Versions:
    publish_marts(tmp_path, mark=1)
    return Versions(tmp_path / "published" / "airtime.duckdb")


def test_the_next_answer_after_a_publish_is_from_the_new_version(tmp_path):
    published = publish_marts(tmp_path, mark=1)
    with served(published) as url:
        first = requests.get(url + ROWS.format(0), timeout=10)
        publish_marts(tmp_path, mark=2)
        headers = {"If-None-Match": first.headers["ETag"]}
        second = requests.get(url + ROWS.format(0), headers=headers, timeout=10)
    assert (marks(first), marks(second)) == ({1}, {2})
    assert first.headers["ETag"] != second.headers["ETag"]


def test_the_same_marts_published_again_are_the_same_version(tmp_path):
    published = publish_marts(tmp_path)
    with served(published) as url:
        first = requests.get(f"{url}/v1/crawls", timeout=10)
        publish_marts(tmp_path)
        headers = {"If-None-Match": first.headers["ETag"]}
        assert requests.get(f"{url}/v1/crawls", headers=headers, timeout=10).status_code == 304


def test_publishes_under_load_fail_mix_and_leak_nothing(tmp_path):
    published = publish_marts(tmp_path, mark=0)
    is_over = threading.Event()

    def call(url: str) -> list[int]:
        seen = []
        with requests.Session() as session:
            while not is_over.is_set():
                response = session.get(url + ROWS.format(len(seen) % 50), timeout=30)
                assert response.status_code == 200, response.text
                (mark,) = marks(response)
                seen.append(mark)
        return seen

    before = open_copies(tmp_path)
    with served(published) as url, ThreadPoolExecutor(CALLERS) as pool:
        callers = [pool.submit(call, url) for _ in range(CALLERS)]
        for mark in range(1, PUBLISHES + 1):
            publish_marts(tmp_path, mark=mark)
            assert marks(requests.get(url + ROWS.format(0), timeout=30)) == {mark}
        is_over.set()
        for caller in callers:
            seen = caller.result()
            assert seen == sorted(seen) and seen[-1] >= PUBLISHES - 1
        assert [name for name in open_copies(tmp_path) if "(deleted)" in name] == []
    assert open_copies(tmp_path) == before


def test_a_version_stays_open_until_its_last_reader_is_done(tmp_path, versions):
    with versions.newest() as old, versions.newest() as also_old:
        assert old is also_old
        publish_marts(tmp_path, mark=2)
        with versions.newest() as new, new.cursor() as cursor:
            assert new is not old
            count = "select min(peak_viewers) from published.marts.rank_streamers"
            assert cursor.execute(count).fetchone() == (2,)
            with old.cursor() as other:
                assert other.execute(count).fetchone() == (1,)
        assert len(open_copies(tmp_path)) == 2
    assert len(open_copies(tmp_path)) == 1
    versions.close()
    assert open_copies(tmp_path) == []


@pytest.mark.parametrize("fault", ["no database", None])
def test_a_copy_that_breaks_or_vanishes_leaves_the_old_one_in_service(tmp_path, versions, fault):
    published = tmp_path / "published" / "airtime.duckdb"
    with versions.newest() as old:
        name = old.name
    published.unlink()
    if fault:
        published.write_text(fault)
    with versions.newest() as still:
        assert still is old and still.name == name
    publish_marts(tmp_path, mark=2)
    with versions.newest() as new:
        assert new.name != name
    versions.close()
    assert open_copies(tmp_path) == []


def test_nothing_published_is_said_until_something_is(tmp_path):
    versions = Versions(tmp_path / "published" / "airtime.duckdb")
    with pytest.raises(NotPublished, match="is not there; run `make demo`"), versions.newest():
        pass
    publish_marts(tmp_path)
    with versions.newest() as version:
        assert version.platforms == ["history", "twitch"]
    versions.close()


@pytest.mark.parametrize(
    "statement",
    [
        "create table published.marts.x as select 1 as one",
        "delete from published.marts.crawls",
        "attach '{}' as other",
        "copy published.marts.crawls to '{}.csv'",
        "select * from read_text('/etc/hostname')",
        "set enable_external_access = true",
        "set threads = 8",
        "install httpfs",
    ],
)
def test_what_is_open_can_only_be_read(tmp_path, published, statement):
    versions = Versions(published)
    with versions.newest() as version, pytest.raises(duckdb.Error), version.cursor() as cursor:
        cursor.execute(statement.format(tmp_path / "other.duckdb"))
    versions.close()


def test_a_path_with_a_quote_in_it_is_opened(tmp_path):
    home = tmp_path / "it's here"
    home.mkdir()
    versions = Versions(publish_marts(home))
    with versions.newest() as version:
        assert len(version.name) == 64
    versions.close()
