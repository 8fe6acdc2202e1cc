"""A disk that refuses: said plainly, nothing under the final name, and the next run is fine."""

import os
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest

from ingestion.landing.files import AlreadyLanded, Draft, NotLanded, land, landed_files, read_record
from tests.ingestion.imports.tables.made_files import START, STREAMERS, import_into, write_csv

NAME = Path("history/imports/a.parquet")
TABLE = pa.table({"a": range(1000)})
# SIGXFSZ is ignored by Python, so a file that outgrows the limit fails as on a full disk: with an OSError.
LIMITED = """
import resource, sys
from pathlib import Path
from tests.ingestion.imports.tables.made_files import import_into
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    import_into(Path(sys.argv[1]), Path(sys.argv[2]))
except Exception as error:
    sys.stdout.write(f"{type(error).__name__}: {error}")
"""


def test_a_full_disk_is_said_plainly_and_leaves_nothing(tmp_path):
    folder = (tmp_path / NAME).parent
    folder.mkdir(parents=True)
    (folder / f".{NAME.name}.{os.getpid()}.tmp").symlink_to("/dev/full")
    with pytest.raises(NotLanded, match="a.parquet could not be landed: No space left on device; nothing"):
        land(tmp_path, NAME, TABLE, {"kind": "games"})
    assert list(folder.iterdir()) == []
    assert read_record(land(tmp_path, NAME, TABLE, {"kind": "games"})) == {"kind": "games"}


def test_an_import_that_outgrows_the_disk_leaves_nothing(tmp_path):
    rows = [[f"streamer {n * 7919 % 100_003}", str(START + n), "Duel", str(n), ""] for n in range(20_000)]
    path = write_csv(tmp_path / "s.csv", rows, STREAMERS)
    landing = tmp_path / "landing"
    command = [sys.executable, "-c", LIMITED, str(landing), str(path)]
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    assert told.stdout.startswith("NotLanded: ") and "could not be landed: File too large" in told.stdout
    assert told.stderr == ""
    assert [path for path in (landing / "history").rglob("*") if path.is_file()] == []
    assert import_into(landing, path).rows == {"streamers": 20_000}


def test_a_draft_that_is_not_landed_is_removed(tmp_path):
    with Draft(tmp_path / NAME, TABLE.schema) as draft:
        draft.write(TABLE)
        draft.finish({"kind": "games"})
        assert read_record(draft.temporary) == {"kind": "games"} and landed_files(tmp_path) == []
    assert list((tmp_path / NAME).parent.iterdir()) == []


def test_a_landed_file_is_never_replaced(tmp_path):
    path = land(tmp_path, NAME, TABLE, {"rows": 1})
    with pytest.raises(AlreadyLanded):
        land(tmp_path, NAME, TABLE.slice(0, 1), {"rows": 2})
    assert read_record(path) == {"rows": 1}
