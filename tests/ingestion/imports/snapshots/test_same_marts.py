"""Dumps imported as snapshots give the marts of the crawl that made them: one warehouse, one build."""

import csv
import gzip
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from benchmarks.by_hand.compare import MARTS_OF_PLATFORMS
from ingestion.enrich.enrichment import fetch, find_due, keep
from ingestion.enrich.reference_steps import UNSEEN
from ingestion.imports.snapshots.command import import_dumps
from ingestion.imports.tables.history import import_tables
from ingestion.settings import Settings
from ingestion.warehouse.load import load
from simulator.truth.world import World
from tests.dbt_project.making.warehouses import build
from tests.ingestion.imports.snapshots.dumping import IMPORTED_AT, write_dump
from tests.ingestion.simulated import Simulated, simulated
from tests.places import ELITE

RECORDED_POLLS = ELITE / "streamers.csv.gz"
START = datetime(2026, 3, 1, 20)
CRAWLS = 3
AUDIT = ("finished_at", "stop_reason", "pages", "doubles", "points_used")
# of two tables nobody is live, the last day is over, followers are known, streams and other platforms are not
OF_TABLES = (
    "found_by_id",
    "rejected",
    "is_live",
    "is_closed",
    "followers",
    "followers_gained",
    "stream_ids",
    "hours_watched_error",
    "shared_game_id",
)
CHOICES = dict.fromkeys(
    ("observed_at", "at_from_name", "at_column", "time_zone", "cadence_seconds"), None
) | {"names": {}, "users": (), "games": (), "imported_at": IMPORTED_AT}


class Recorder:
    """Keeps what the simulator answers, by path, beside sending it."""

    def __init__(self) -> None:
        self.answers: dict[str, list[bytes]] = {}

    def layer(self, app: ASGIApp) -> ASGIApp:
        async def recorded(scope: Scope, receive: Receive, send: Send) -> None:
            async def keep_and_send(message: Message) -> None:
                if message["type"] == "http.response.body":
                    self.answers.setdefault(scope["path"], []).append(message["body"])
                await send(message)

            await app(scope, receive, keep_and_send)

        return recorded

    def take(self, path: str) -> list[dict]:
        return [json.loads(body) for body in self.answers.pop(f"/helix/{path}")]


@pytest.fixture(scope="module")
def settings(tmp_path_factory) -> Iterator[Settings]:
    home, dumps = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("dumps")
    recorder = Recorder()
    with simulated(home, World(seed=5, streamers=600), START, recorder.layer) as live:
        for _ in range(CRAWLS):
            name = f"{live.clock.now():%Y%m%d_%H%M%S}"
            live.crawl()
            _dump(dumps, name, recorder.take("streams"))
            live.later(minutes=5)
            live.clock.moment = live.clock.moment.replace(minute=live.clock.moment.minute // 5 * 5, second=0)
        _ask_unseen(live)
        for kind in ("users", "games"):
            rows = [row for page in recorder.take(kind) for row in page["data"]]
            write_dump(dumps / f"{kind}.json", rows, "page")
            write_dump(dumps / f"{kind}.csv", rows, "csv")
        for form in ("json", "csv", "parquet"):
            other = "json" if form == "json" else "csv"
            options = {kind: [dumps / f"{kind}.{other}"] for kind in ("users", "games")}
            told = {"at_from_name": "%Y%m%d_%H%M%S", "time_zone": "UTC", "platform": form}
            import_dumps(live.settings, [dumps / form], **CHOICES | told | options)
        _ask_unseen(live)  # IGDB, for the games that the dumps give no IGDB id
        if RECORDED_POLLS.exists():
            _import_elite(live.settings, dumps)
        load(live.settings)
        build(live.settings)
        yield live.settings


def _ask_unseen(live: Simulated) -> None:
    due = find_due(live.settings, UNSEEN, live.clock.now())
    keep(live.settings, fetch(live.settings, UNSEEN, due, live.clock.now, live.clock.sleep), START)


def _dump(dumps: Path, name: str, pages: list[dict]) -> None:
    (dumps / "json").mkdir(exist_ok=True)
    for number, page in enumerate(pages):
        (dumps / "json" / f"streams_{name}_p{number:03}.json").write_text(json.dumps(page))
    rows = [row for page in pages for row in page["data"]]
    for form in ("csv", "parquet"):
        (dumps / form).mkdir(exist_ok=True)
        write_dump(dumps / form / f"{name}.{form}", rows, form)


def _import_elite(settings: Settings, folder: Path) -> None:
    """Import a day of polls as tables, and their ticks, a row for each streamer, as snapshots."""
    with gzip.open(RECORDED_POLLS, "rt", newline="") as file:
        polls = [row for row in csv.DictReader(file) if int(row["timestamp"]) // 86400 == 16852]
    polls.sort(key=lambda row: (int(row["timestamp"]), int(row["viewers"])))
    last = {(row["username"], int(row["timestamp"]) // 60 * 60): row for row in polls}
    ticks = [row | {"tick": tick, "id": f"{name}@{tick}"} for (name, tick), row in last.items()]
    for name, rows in (("tables", polls), ("ticks", ticks)):
        with (folder / f"{name}.csv").open("w", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    tables = folder / "tables.csv"
    import_tables(settings.landing, tables, None, platform="tables", imported_at=IMPORTED_AT)
    names = {"user_id": "username", "viewer_count": "viewers", "game_id": "game"}
    options = {"platform": "ticks", "at_column": "tick", "cadence_seconds": 60, "names": names}
    import_dumps(settings, [folder / "ticks.csv"], **CHOICES | options)


@pytest.fixture(scope="module")
def marts(settings) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(settings.warehouse, read_only=True) as connection:
        yield connection


def differing(marts: duckdb.DuckDBPyConnection, one: str, other: str, left_out: tuple[str, ...]) -> list[str]:
    """Return the marts of which two platforms' rows are not the same, but for some columns."""
    found = []
    for (mart,) in marts.execute(MARTS_OF_PLATFORMS).fetchall():
        columns = [name for (name, *_) in marts.execute(f"describe marts.{mart}").fetchall()]
        kept = ", ".join(name for name in columns if name not in ("platform", *left_out))
        rows = [f"select {kept} from marts.{mart} where platform = '{name}'" for name in (one, other)]
        count = f"select count(*) from (({rows[0]}) except all ({rows[1]}))"
        back = f"select count(*) from (({rows[1]}) except all ({rows[0]}))"
        if marts.execute(count).fetchone()[0] or marts.execute(back).fetchone()[0]:
            found.append(mart)
    return found


@pytest.mark.parametrize("form", ["json", "csv", "parquet"])
def test_dumps_of_crawls_give_the_marts_of_these_crawls(marts, form):
    assert marts.execute(f"select count(*) from marts.crawls where platform = '{form}'").fetchone() == (
        CRAWLS,
    )
    assert marts.execute(f"select count(*) > 100 from marts.sessions where platform = '{form}'").fetchone()[0]
    assert differing(marts, "twitch", form, AUDIT) == []


@pytest.mark.skipif(not RECORDED_POLLS.exists(), reason=f"no recorded polls in {RECORDED_POLLS.parent}")
def test_recorded_polls_give_the_marts_of_the_same_polls_as_tables(marts):
    other = differing(marts, "tables", "ticks", (*AUDIT, *OF_TABLES))
    assert set(other) == {"live_now", "games_now", "games_across_platforms", "rank_follower_growth"}
