"""The recorded two-table files of a folder as a `World`, read by the csv module."""

import csv
import gzip
from pathlib import Path

from tests.reference.worlds.world import HistoryRow, MetadataRow, World


def elite(folder: Path) -> World:
    """Return the world of `streamers.csv.gz` and `games_metadata.csv` in `folder`, cadence 60 s."""
    with gzip.open(folder / "streamers.csv.gz", "rt", encoding="utf-8", newline="") as file:
        history = [
            HistoryRow(
                platform="elite",
                username=row["username"],
                timestamp=int(row["timestamp"]),
                game=row["game"],
                viewers=int(row["viewers"]),
                followers=int(row["followers"]) if row["followers"] else None,
            )
            for row in csv.DictReader(file)
        ]
    with (folder / "games_metadata.csv").open(encoding="utf-8", newline="") as file:
        metadata = [
            MetadataRow("elite", row["game"], int(row["release_date"]), row["publisher"], row["genre"], 1)
            for row in csv.DictReader(file)
        ]
    return World("elite", 60, history=history, metadata=metadata)
