"""Exports the published marts as files, a workbook and a report, each swapped in at once.

`exports/<name>` is a link into a generation, `exports/.generations/<number>/<name>`, that is whole
before any link points to it. The generation before it stays, for readers in the middle of a file.
"""

import shutil
from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from ingestion.disk import fsync
from serving.disk import alone
from serving.errors import CannotServe
from serving.exports.files import Files, describe, facts, slices_of, write_json, writing
from serving.exports.report import write_report
from serving.exports.workbook import write_workbook
from serving.published import publication, reading

GENERATIONS = ".generations"
MANIFEST = "manifest.json"
DOCUMENTS = {"rankings.xlsx": write_workbook, "report.html": write_report}


def export(published: Path, exports: Path) -> dict[str, dict[str, Any]]:
    """Write every mart to `exports/<mart>/`: CSV, Parquet, NDJSON, `manifest.json` and `schema.json`.

    A mart with periods has a file per period, `<mart>_<period>.<format>`; another one `<mart>.<format>`.
    Beside them: the current rankings as `rankings.xlsx` and `report.html`, and a `manifest.json` of all.
    The same published marts give the same bytes, whenever they were published. A mart that is published
    no longer loses its link.

    Returns:
        each mart's manifest: mart, rows, version, source_crawls (platform -> ISO time), columns
        (name -> type) and files (name -> rows, bytes, sha256).

    Raises:
        CannotServe: nothing has been published yet or it cannot be read, a link's place is taken, or the
            disk refused. What was exported before is still there.
    """
    with alone(exports), reading(published) as connection:
        connection.execute("set threads = 1")
        marts = dict(connection.execute("select mart, row_count from meta.marts order by mart").fetchall())
        before = _linked(exports)
        _check_places(exports, [*marts, *DOCUMENTS, MANIFEST])
        with _new_generation(exports, set(before.values())) as generation:
            manifests = _write(connection, generation, marts)
            _swap(exports, generation, [*manifests, *DOCUMENTS, MANIFEST])
        _remove_old(exports, {generation.name, *before.values()})
    return manifests


def _write(
    connection: duckdb.DuckDBPyConnection, generation: Path, marts: dict[str, int]
) -> dict[str, dict[str, Any]]:
    version, _, crawls = publication(connection)
    source = {"version": version, "source_crawls": {name: at.isoformat() for name, at in crawls.items()}}
    largest_first = sorted(marts, key=lambda mart: (-marts[mart], mart))
    with writing(connection) as files:
        begun = {mart: _begin(connection, files, generation / mart) for mart in largest_first}
        documents = {name: _document(connection, generation / name) for name in DOCUMENTS}
        manifests = {
            mart: {
                "mart": mart,
                "rows": rows,
                **source,
                "columns": describe(connection, generation / mart),
                "files": {name: begun[mart][name].result() for name in sorted(begun[mart])},
            }
            for mart, rows in marts.items()
        }
    for mart, manifest in manifests.items():
        write_json(generation / mart / MANIFEST, manifest)
        fsync(generation / mart)
    write_json(generation / MANIFEST, {**source, "marts": marts, "files": documents})
    fsync(generation)
    return manifests


def _document(connection: duckdb.DuckDBPyConnection, path: Path) -> dict[str, Any]:
    DOCUMENTS[path.name](connection, path)
    return facts(path)


def _begin(
    connection: duckdb.DuckDBPyConnection, files: Files, folder: Path
) -> dict[str, Future[dict[str, Any]]]:
    folder.mkdir()
    return files.write(folder, slices_of(connection, folder.name))


def _linked(exports: Path) -> dict[str, str]:
    links = [path for path in exports.glob("[!.]*") if path.is_symlink()]
    return {path.name: path.readlink().parent.name for path in links}


def _check_places(exports: Path, names: Iterable[str]) -> None:
    for name in names:
        place = exports / name
        if place.exists() and not place.is_symlink():
            raise CannotServe(f"{place} was not made by an export and is in the way; move it elsewhere")


@contextmanager
def _new_generation(exports: Path, kept: set[str]) -> Iterator[Path]:
    """Make the folder of the next generation; when the block fails, it is removed again."""
    (exports / GENERATIONS).mkdir(parents=True, exist_ok=True)
    _remove_old(exports, kept)  # what a killed export left
    newest = max((int(path.name) for path in _generations(exports)), default=0)
    generation = exports / GENERATIONS / f"{newest + 1:08d}"
    generation.mkdir()
    fsync(generation.parent)
    try:
        yield generation
    except BaseException:
        if generation.name not in _linked(exports).values():
            shutil.rmtree(generation)
        raise


def _generations(exports: Path) -> list[Path]:
    return [path for path in (exports / GENERATIONS).iterdir() if path.name.isdigit()]


def _swap(exports: Path, generation: Path, names: Collection[str]) -> None:
    for name in names:
        link, target = exports / f".{name}.tmp", Path(GENERATIONS, generation.name, name)
        link.unlink(missing_ok=True)
        link.symlink_to(target)
        link.replace(exports / name)
    for name in set(_linked(exports)) - set(names):
        (exports / name).unlink()
    fsync(exports)


def _remove_old(exports: Path, kept: set[str]) -> None:
    for path in _generations(exports):
        if path.name not in kept:
            shutil.rmtree(path)
