"""What `import-snapshots` says, and what it merges beside the crawls."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from ingestion.client.twitch import games_table
from ingestion.imports.errors import BadTable
from ingestion.imports.snapshots.command import Said, import_dumps
from ingestion.landing.files import landed_files
from ingestion.settings import Settings
from ingestion.warehouse.reference import write_reference
from tests.ingestion.commands import ingestion, sentence
from tests.ingestion.imports.snapshots.dumping import AT, IMPORTED_AT, rows, write_dump
from tests.ingestion.landed_crawls import rows_of, settings_in

USERS = [{"id": "u1", "login": "login1", "display_name": "Name1", "broadcaster_type": "partner"}]
GAMES = [{"id": "10", "name": "Duel", "igdb_id": ""}, {"id": "11", "name": "Farm", "igdb_id": "7"}]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path / "home")


def said(settings: Settings, *files: Path, **options: Any) -> Said:
    defaults = dict.fromkeys(("at_from_name", "at_column", "time_zone", "cadence_seconds"))
    defaults |= {"observed_at": f"{AT}Z", "platform": "twitch", "names": {}, "users": (), "games": ()}
    return import_dumps(settings, files, **defaults | {"imported_at": IMPORTED_AT} | options)


def test_the_command_says_what_it_landed_and_that_the_same_again_is_nothing_new(tmp_path):
    (tmp_path / "dumps").mkdir()
    write_dump(tmp_path / "dumps" / "20260301_1000.json", rows(), "page")
    write_dump(tmp_path / "dumps" / "20260301_1005.csv", [*rows(), *rows(1), {"id": ""}], "csv")
    command = ["import-snapshots", "dumps", "--at-from-name", "%Y%m%d_%H%M", "--time-zone", "UTC"]
    done = ingestion(tmp_path / "home", *command)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "landed 2 crawls with 6 streams",
        "1 rows were doubles: the last of a stream counts",
        "1 rows could not be right and were set aside: type is empty, the mark of an error (1)",
        "first 2026-03-01 10:00:00, last 2026-03-01 10:05:00 UTC",
        "median gap between crawls: 300 s; cadence: 300 s",
    ]
    assert ingestion(tmp_path / "home", *command).stdout.startswith(
        "landed 0 crawls with 0 streams\n2 crawls were there already\n"
    )
    assert ingestion(tmp_path / "home", "load").stdout == "loaded 7 rows of 3 files\n"
    refused = sentence(ingestion(tmp_path / "home", "import-snapshots", "dumps"), 2)
    assert refused.startswith("say in one way when the snapshots were taken: --observed-at")


def test_users_and_games_are_merged_as_of_the_newest_snapshot(settings, tmp_path):
    dump = write_dump(tmp_path / "dump", rows(), "page")
    users, games = tmp_path / "users", tmp_path / "games"
    write_dump(users, USERS, "csv")
    write_dump(games, GAMES, "ndjson")
    for news in ("2", "0"):
        lines = said(settings, dump, users=[users], games=[games]).lines
        assert lines[-1] == f"games: {news} new"
    [user] = rows_of(settings, "from raw.users")
    assert {
        "platform": "twitch",
        "id": "u1",
        "broadcaster_type": "partner",
        "fetched_at": AT,
    }.items() <= user.items()
    found = rows_of(settings, "select id, name, igdb_id from raw.games order by id")
    assert [tuple(row.values()) for row in found] == [("10", "Duel", ""), ("11", "Farm", "7")]


def test_what_the_platform_said_later_is_not_replaced_by_a_dump(settings, tmp_path):
    games, _ = games_table([{"id": "10", "name": "Duel II"}], datetime(2026, 9, 1))
    write_reference(settings, {"games": games})
    games = write_dump(tmp_path / "games", GAMES, "parquet")
    said(settings, write_dump(tmp_path / "dump", rows(), "page"), games=[games])
    assert [row["name"] for row in rows_of(settings, "select name from raw.games order by id")] == [
        "Duel II",
        "Farm",
    ]


def test_a_bad_dump_of_users_lands_nothing(settings, tmp_path):
    dump = write_dump(tmp_path / "dump", rows(), "page")
    users = write_dump(tmp_path / "users", [{"id": "u1", "user_login": "x"}], "ndjson")
    with pytest.raises(BadTable, match="users, line 1: these columns are missing: login .*, display_name"):
        said(settings, dump, users=[users])
    assert landed_files(settings.landing) == []
