"""Pages of a small platform, and the files in which people keep them."""

import csv
import gzip
import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.imports.snapshots.crawls import Snapshots, import_snapshots
from ingestion.imports.snapshots.instants import When
from ingestion.imports.zones import Zone
from tests.ingestion.fake_twitch import stream

AT = datetime(2026, 3, 1, 10)
IMPORTED_AT = datetime(2026, 11, 27)
Row = dict[str, Any]


def rows(count: int = 3) -> list[Row]:
    """Return rows of Get Streams with what tables find hard: quotes, no tags, no category."""
    return [
        stream(1, 7, title='say "hi", all\nof you', user_name="Ünal"),
        stream(2, 5, tags=None, game_id="", game_name=""),
        stream(3, 0, tags=["Deutsch", "PvP, hard"], language="de", title=""),
        *(stream(number, 1) for number in range(4, count + 1)),
    ][:count]


def write_dump(path: Path, streams: Sequence[Row], form: str) -> Path:
    """Write rows in one of FORMS."""
    FORMS[form](path, list(streams))
    return path


def _page(streams: Sequence[Row]) -> Row:
    return {"data": list(streams), "pagination": {"cursor": "abc"}}


def _csv(path: Path, streams: list[Row]) -> None:
    names = list(dict.fromkeys(name for row in streams for name in row))
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        for row in streams:
            lists = {name: json.dumps(value) for name, value in row.items() if isinstance(value, list)}
            writer.writerow(row | lists)


FORMS = {
    "page": lambda path, rows: path.write_text(json.dumps(_page(rows), indent=1)),
    "pages": lambda path, rows: path.write_text(json.dumps([_page(rows[:1]), _page(rows[1:])])),
    "bare": lambda path, rows: path.write_text(json.dumps(rows)),
    "pages a line": lambda path, rows: path.write_text("\n".join(json.dumps(_page([row])) for row in rows)),
    "ndjson": lambda path, rows: path.write_text("".join(f"{json.dumps(row)}\n" for row in rows)),
    "gzip": lambda path, rows: path.write_bytes(gzip.compress(json.dumps(rows).encode())),
    "one after the other": lambda path, rows: path.write_text(
        "".join(json.dumps(_page([row]), indent=2) for row in rows)
    ),
    "recorded": lambda path, rows: path.write_text(json.dumps({"status": 200, "body": _page(rows)})),
    "csv": _csv,
    "parquet": lambda path, rows: pq.write_table(pa.Table.from_pylist(rows), path),
}


def imported(landing: Path, *files: Path, **options: Any) -> Snapshots:
    """Import files of one crawl at AT, unless told otherwise, into platform `twitch`."""
    defaults = {"platform": "twitch", "cadence_seconds": 300, "usual_cadence_seconds": 300, "names": {}}
    when = options.pop("when", When(observed_at=AT.isoformat(), zone=Zone("UTC")))
    return import_snapshots(landing, files, when, **defaults | {"imported_at": IMPORTED_AT} | options)
