"""Checks that an imported file has its table's columns, once each, and in Parquet of fitting types."""

import difflib
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.imports.cells import Column
from ingestion.imports.errors import BadTable
from ingestion.imports.source import Source

SYNONYMS = {
    "username": ("user_name", "user_login", "login", "streamer", "streamer_name", "channel", "channel_name"),
    "timestamp": ("time", "datetime", "date", "observed_at", "unix_timestamp", "ts"),
    "game": ("game_name", "category", "category_name", "name"),
    "viewers": ("viewer_count", "current_viewers", "ccv"),
    "followers": ("follower_count", "followers_count"),
    "release_date": ("released", "first_release_date", "year"),
    "publisher": ("publishers", "company"),
    "genre": ("genres",),
    "id": ("stream_id", "broadcast_id"),
    "user_id": ("broadcaster_id", "channel_id", "streamer_id"),
    "login": ("user_login",),
    "display_name": ("user_name",),
    "name": ("game_name",),
    "viewer_count": ("viewers", "current_viewers", "ccv"),
}


def csv_positions(
    source: Source, line: int, header: list[str], columns: Sequence[Column], *, can_map: bool = True
) -> list[int | None]:
    """Return where in a CSV record each column stands, None for one that may be missing and is.

    `can_map` says whether the command takes `--map`.

    Raises:
        BadTable: the file is JSON, or columns are missing or there twice.
    """
    if header and header[0].lstrip()[:1] in ("{", "["):
        raise BadTable(
            f"{source.name}: this is JSON, not CSV; write it as CSV or Parquet, or use import-snapshots for "
            "answers of Get Streams"
        )
    _check_names(f"{source.name}, line {line}", header, columns, can_map=can_map)
    return [header.index(column.label) if column.label in header else None for column in columns]


def check_parquet(source: Source, columns: Sequence[Column]) -> None:
    """Check the columns of a Parquet file.

    Raises:
        BadTable: the file is damaged, or a column is missing, misspelt, there twice or of another type.
    """
    try:
        schema = pq.read_schema(source.path)
    except (pa.ArrowException, OSError) as error:
        raise damaged_parquet(source) from error
    _check_names(source.name, schema.names, columns, can_map=True)
    for column in columns:
        type_ = schema.field(column.label).type if column.label in schema.names else pa.null()
        if not column.accepts(type_):
            raise BadTable(
                f"{source.name}, column {column.label}: the values are of type {type_}; "
                f"write them as {column.wanted}"
            )


def damaged_parquet(source: Source) -> BadTable:
    """Return the refusal of a Parquet file that cannot be read."""
    return BadTable(f"{source.name}: the Parquet file is cut short or damaged; fetch or write it again")


def said_missing(missing: Sequence[str], there: Sequence[str], *, can_map: bool) -> str:
    """Return, as a sentence, which columns are missing, the likely one for each, and those that are there.

    `can_map` says whether the command takes `--map`.
    """
    free = [name for name in there if name not in missing]
    likely = {name: _likely(name, free) for name in missing}
    named = [f"{name} (is it {near!r}?)" if near else name for name, near in likely.items()]
    known = next(((name, near) for name, near in likely.items() if near), (missing[0], "ITS_NAME"))
    what_to_do = f"rename them or say --map {known[0]}={known[1]}" if can_map else "add or rename them"
    return (
        f"these columns are missing: {', '.join(named)}; those found are {', '.join(there)[:200] or 'none'}; "
        f"{what_to_do}"
    )


def _likely(name: str, there: Sequence[str]) -> str | None:
    plain = {one.strip().lower().replace(" ", "_"): one for one in there}
    known = next((one for one in (name, *SYNONYMS.get(name, ())) if one in plain), None)
    near = known or next(iter(difflib.get_close_matches(name, plain, 1)), None)
    return plain[near] if near else None


def _check_names(place: str, header: Sequence[str], columns: Sequence[Column], *, can_map: bool) -> None:
    labels = [column.label for column in columns]
    doubled = next((label for label in labels if header.count(label) > 1), None)
    if doubled:
        raise BadTable(f"{place}, column {doubled}: it is there {header.count(doubled)} times; keep one")
    missing = [
        column.label
        for column in columns
        if column.label not in header and not (column.absent and not column.theirs)
    ]
    if missing:
        raise BadTable(f"{place}: {said_missing(missing, header, can_map=can_map)}")
