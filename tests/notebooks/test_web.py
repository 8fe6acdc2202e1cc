"""The pages as a whole: the index, the navigation, what was published meanwhile, and before anything was."""

import re
import socket
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest
import requests
from playwright.sync_api import expect

from serving.pages.frame import PAGES, age
from serving.pages.server import NOTEBOOKS, SESSION_SECONDS, STATIC
from tests.orchestration.homes import environment

RUNS = """
import runpy, sys
sys.path[0] = sys.argv[1]
for script in sys.argv[2:]:
    runpy.run_path(script, run_name="__main__")
"""
NAMES = [page.name for page in PAGES]


def version(published: Path) -> str:
    with duckdb.connect() as connection:
        connection.execute(f"attach '{published}' as published (read_only)")
        return connection.execute("select version from published.meta.publication").fetchone()[0][:8]


def held(process: subprocess.Popen) -> list[str]:
    """Return the copies that a process has open."""
    handles = Path(f"/proc/{process.pid}/fd").iterdir()
    links = [str(handle.readlink()) for handle in handles if handle.is_symlink()]
    return [link for link in links if "airtime.duckdb" in link]


def test_the_index_says_what_there_is_and_leads_to_every_page_even_of_one_day(opening, put):
    published = put("one_day")
    index = opening("/")
    expect(index.page.get_by_text(version(published))).to_be_visible()
    expect(index.page.get_by_text("2026-01-01 23:55 UTC").first).to_be_visible()
    for page in PAGES:
        index.page.get_by_role("link", name=page.title).first.click()
        index.is_headed(page.title)
        expect(index.page.locator("nav a[aria-current=page]")).to_have_text(page.title)
        expect(index.table().locator("tbody tr").first).to_be_visible()
        if page.name == "games_and_publishers":
            index.says("Gains and losses need the period before, which was not seen.")
    index.page.get_by_role("link", name="airtime", exact=True).click()
    index.is_headed("Who streamed, to how many, and who leads")


def test_a_page_opens_what_is_published_then_and_lets_go_of_it_afterwards(opening, put, server):
    process, _, _ = server
    before = version(put("one_day"))
    page = opening("/how_sure_are_we/")
    page.says(f"version {before}")
    after = version(put("many_days"))
    page.page.reload()
    page.says(f"version {after}")
    page.page.context.close()
    until = time.monotonic() + 6 * SESSION_SECONDS
    while held(process) and time.monotonic() < until:
        time.sleep(0.5)
    assert held(process) == []


def test_a_table_can_be_downloaded_as_csv(opening, put):
    published = put("many_days")
    page = opening("/who_leads/?entity=genres")
    page.table().get_by_role("button", name="Export").click()
    with page.page.expect_download() as download:
        page.page.get_by_role("button", name="Download CSV").click()
    rows = duckdb.read_csv(str(download.value.path()), header=True).fetchall()
    with duckdb.connect() as connection:
        connection.execute(f"attach '{published}' as published (read_only)")
        expected = connection.execute("""
            select hours_watched from published.marts.rank_genres
            where period = 'last_7_days' and platform = 'twitch' order by rank nulls last, genre
        """).fetchall()
    assert [row[3] for row in rows] == pytest.approx([hours for (hours,) in expected])


def test_before_the_first_publish_index_and_pages_say_what_to_run(opening, put):
    put(None)
    for page in [opening(path) for path in ("/", "/who_leads/", "/how_sure_are_we/")]:
        page.says("Nothing has been published yet: run `make demo`, `make run` or `make import`")


def test_a_copy_that_cannot_be_read_is_named_by_index_and_pages_and_a_script(opening, put, home):
    published = put("torn")
    said = f"{published} cannot be read (not a valid DuckDB database): `python -m serving publish` makes it"
    for page in [opening(path) for path in ("/", "/who_leads/")]:
        page.says(said)
    done = run_as_scripts(home, "who_leads")
    assert (done.stdout, done.returncode, done.stderr.count("\n")) == ("", 1, 1), done.stderr
    assert done.stderr.startswith(f"Error: {said}")


def test_damage_that_only_a_query_meets_is_said_by_each_page_and_script(opening, put, home):
    published = put("rotten")
    said = f"{published} cannot be read (Corrupt database file): `python -m serving publish` makes it"
    for page in [opening(f"/{name}/") for name in NAMES]:
        page.says(said)
    done = run_as_scripts(home, "who_leads")
    assert (done.stdout, done.returncode, done.stderr.count("\n")) == ("", 1, 1), done.stderr
    assert done.stderr.startswith(f"Error: {said}")


def test_pages_of_marts_without_rows_say_what_is_missing(opening, put):
    put("no_crawl")
    for page in [opening(f"/{name}/") for name in NAMES]:
        page.says("There are no ")


def run_as_scripts(home: Path, *names: str) -> subprocess.CompletedProcess:
    scripts = [str(NOTEBOOKS / f"{name}.py") for name in names]
    command = [sys.executable, "-c", RUNS, str(NOTEBOOKS), *scripts]
    return subprocess.run(
        command, env=environment(home), cwd=home, capture_output=True, text=True, check=False
    )


def test_every_notebook_runs_as_a_script(put, home):
    put("many_days")
    done = run_as_scripts(home, *NAMES)
    assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)


def test_a_port_that_is_taken_is_one_sentence_and_exit_code_2(home):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "serving", "web", "--port", port]
        done = subprocess.run(command, env=environment(home), capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert re.fullmatch(rf"Error: 127\.0\.0\.1:{port} cannot be listened on: .*--port.*\n", done.stderr)


def test_browsers_keep_the_files_that_never_change(server):
    answer = requests.get(f"{server[1]}{STATIC}/favicon.ico", timeout=10)
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (59, "just now"),
        (60, "1 minute ago"),
        (7_199, "1 hour ago"),
        (2e7, "231 days ago"),
        (-5, "just now"),
    ],
)
def test_an_age_is_said_in_the_largest_whole_unit(seconds, said):
    assert age(seconds) == said
