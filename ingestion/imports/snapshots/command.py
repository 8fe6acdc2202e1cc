"""The command import-snapshots: reads all dumps, lands the crawls, says in sentences what it did."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ingestion.imports.snapshots.crawls import Snapshots, import_snapshots
from ingestion.imports.snapshots.instants import When
from ingestion.imports.snapshots.reference import merge_reference, read_reference
from ingestion.imports.zones import Zone
from ingestion.landing.rejects import reasons
from ingestion.settings import Settings


@dataclass(frozen=True)
class Said:
    """What an import did, as sentences, and what the user should know besides."""

    lines: list[str]
    warnings: list[str]


def import_dumps(
    settings: Settings,
    files: Sequence[Path],
    *,
    observed_at: str | None,
    at_from_name: str | None,
    at_column: str | None,
    time_zone: str | None,
    cadence_seconds: int | None,
    platform: str,
    names: Mapping[str, str],
    users: Sequence[Path],
    games: Sequence[Path],
    imported_at: datetime,
) -> Said:
    """Land the snapshots in `files` and merge users and games, dated with the newest snapshot.

    Raises:
        ImportRefused: what is asked for, or a file, is at fault; nothing is landed.
        WarehouseBusy, WarehouseFailed: the crawls are landed, users and games are not merged.
        NotLanded: the disk refused.
    """
    when = When(observed_at, at_from_name, at_column, Zone(time_zone))
    given = {"users": users, "games": games}
    tables = {kind: read_reference(kind, paths, platform) for kind, paths in given.items() if paths}
    done = import_snapshots(
        settings.landing,
        list(_all_files(files)),
        when,
        platform=platform,
        cadence_seconds=cadence_seconds,
        usual_cadence_seconds=settings.cadence_seconds,
        imported_at=imported_at,
        names=names,
    )
    merged = merge_reference(settings, tables, done.instants[-1], platform)
    return Said([*_told(done), *(f"{kind}: {merged.get(kind, 0):,} new" for kind in tables)], done.warnings)


def _all_files(paths: Iterable[Path]) -> Iterable[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(one for one in path.rglob("[!.]*") if one.is_file())
        else:
            yield path


def _told(done: Snapshots) -> Iterable[str]:
    yield f"landed {len(done.landed):,} crawls with {done.streams:,} streams"
    there = len(done.instants) - len(done.landed)
    if there:
        yield f"{there:,} crawls were there already"
    if done.doubles:
        yield f"{done.doubles:,} rows were doubles: the last of a stream counts"
    rejects = [reject for own in done.rejects.values() for reject in own.values()]
    if rejects:
        most = ", ".join(f"{reason} ({count:,})" for reason, count in reasons(rejects).items())
        yield f"{len(rejects):,} rows could not be right and were set aside: {most}"
    yield f"first {done.instants[0]}, last {done.instants[-1]} UTC"
    if done.median_gap_seconds is not None:
        yield f"median gap between crawls: {done.median_gap_seconds:g} s; cadence: {done.cadence_seconds} s"
