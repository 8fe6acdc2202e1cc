"""What happens when an import is repeated, meets another one, or must not be done at all."""

from datetime import datetime, timedelta

import pytest
from filelock import FileLock

from ingestion.imports.errors import BadTable, ImportRefused
from ingestion.landing.files import landed_files, read_record
from tests.ingestion.imports.tables.made_files import (
    GAME_ROWS,
    GAMES,
    IMPORTED_AT,
    ROWS,
    import_into,
    landed_rows,
    typed,
    write_csv,
)

LATER = IMPORTED_AT + timedelta(days=1)


@pytest.fixture
def landing(tmp_path):
    return tmp_path / "landing"


@pytest.fixture
def streamers(tmp_path):
    return write_csv(tmp_path / "s.csv", ROWS)


@pytest.fixture
def games(tmp_path):
    return write_csv(tmp_path / "g.csv", GAME_ROWS, GAMES)


def test_importing_the_same_files_again_lands_nothing(landing, streamers, games):
    first = import_into(landing, streamers, games)
    files = {path: (landing / path).read_bytes() for path in landed_files(landing)}
    again = import_into(landing, streamers, games, imported_at=LATER)
    assert again.landed == () and again.already_there == ("streamers", "games")
    assert (again.rows, again.median_gap_seconds) == (first.rows, first.median_gap_seconds)
    assert {path: (landing / path).read_bytes() for path in landed_files(landing)} == files


def test_only_the_new_one_of_two_files_is_landed(tmp_path, landing, streamers, games):
    import_into(landing, streamers)
    done = import_into(landing, streamers, games)
    assert done.already_there == ("streamers",) and done.rows == {"streamers": 3, "games": 2}
    assert [read_record(path)["kind"] for path in done.landed] == ["games"]


def test_an_older_games_file_brought_back_is_landed_as_the_newest(tmp_path, landing, games):
    other = write_csv(tmp_path / "other.csv", GAME_ROWS[:1], GAMES)
    for path in (games, other, games):
        assert len(import_into(landing, games=path).landed) == 1
    names = [read_record(landing / path)["source_name"] for path in landed_files(landing)]
    assert names == ["g.csv", "other.csv", "g.csv"]
    assert import_into(landing, games=games).landed == ()
    assert len(import_into(landing, games=other).landed) == 1


def test_imports_of_one_second_or_a_clock_set_back_stay_in_order(tmp_path, landing):
    for number, hours in enumerate([0, 0, -5, 1]):
        path = write_csv(tmp_path / "s.csv", (number + 1) * ROWS)
        import_into(landing, path, imported_at=IMPORTED_AT + timedelta(hours=hours))
    records = [read_record(landing / path) for path in landed_files(landing)]
    assert [record["rows"] for record in records] == [3, 6, 9, 12]
    instants = [datetime.fromisoformat(record["imported_at"]) - IMPORTED_AT for record in records]
    assert [instant / timedelta(seconds=1) for instant in instants] == [0, 1, 2, 3600]


def test_the_same_file_is_landed_once_for_each_platform(landing, streamers):
    assert len(import_into(landing, streamers).landed) == 1
    assert len(import_into(landing, streamers, platform="other", cadence_seconds=30).landed) == 1


def test_a_platform_with_live_crawls_is_refused(landing, streamers):
    (landing / "twitch" / "crawls").mkdir(parents=True)
    with pytest.raises(ImportRefused, match="platform twitch has live crawls; import into another PLATFORM"):
        import_into(landing, streamers, platform="twitch")
    assert landed_files(landing) == []


def test_another_cadence_than_before_is_refused(landing, streamers, games):
    import_into(landing, streamers)
    with pytest.raises(ImportRefused, match="cadence of 60 seconds, not 30; .* choose another PLATFORM"):
        import_into(landing, streamers, games, cadence_seconds=30)
    assert len(landed_files(landing)) == 1


def test_games_alone_have_no_cadence_to_differ_in(landing, streamers, games):
    import_into(landing, games=games, cadence_seconds=30)
    import_into(landing, streamers, cadence_seconds=60)
    assert import_into(landing, games=games, cadence_seconds=30).already_there == ("games",)


@pytest.mark.parametrize("platform", ["", "Twitch", "1a", "a b", "../x", "a\n", "a" * 33, "é"])
def test_a_platform_name_that_is_none_is_refused(landing, streamers, platform):
    with pytest.raises(ImportRefused, match="cannot name a platform"):
        import_into(landing, streamers, platform=platform)
    assert not landing.exists()


@pytest.mark.parametrize("cadence", [0, -60, 86_401])
def test_a_cadence_beyond_a_day_or_below_a_second_is_refused(landing, streamers, cadence):
    with pytest.raises(ImportRefused, match="is not between 1 and 86400"):
        import_into(landing, streamers, cadence_seconds=cadence)


def test_an_import_of_nothing_is_refused(landing):
    with pytest.raises(ImportRefused, match="give a streamers file, a games file or both"):
        import_into(landing)


def test_an_import_beside_a_running_one_is_refused(landing, streamers, monkeypatch):
    monkeypatch.setattr("ingestion.imports.tables.history.LOCK_SECONDS", 0)
    landing.mkdir()
    with FileLock(landing / ".import.lock"), pytest.raises(ImportRefused, match="another import is still"):
        import_into(landing, streamers)
    assert len(import_into(landing, streamers).landed) == 1


def test_remains_of_a_killed_import_are_cleared_and_never_loaded(landing, streamers):
    folder = landing / "history" / "imports"
    (folder / ".gaps-x").mkdir(parents=True)
    (folder / ".2026-11-21T12-00-05Z-0123456789ab-streamers.parquet.1.tmp").write_bytes(b"PAR1")
    assert landed_files(landing) == []
    done = import_into(landing, streamers)
    assert list(folder.iterdir()) == list(done.landed)


def test_a_refused_file_can_be_mended_and_imported(tmp_path, landing, games):
    bad = write_csv(tmp_path / "s.csv", [*ROWS, ["ana", "0", "Duel", "1", ""]])
    with pytest.raises(BadTable):
        import_into(landing, bad, games)
    done = import_into(landing, write_csv(bad, ROWS), games)
    assert landed_rows(done.landed[0]) == typed(ROWS)
