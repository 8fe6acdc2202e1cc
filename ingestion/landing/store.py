"""Where landed files lie: in a folder, or in an object store and, on their way there, on the disk.

A file for a store is written to `AIRTIME_HOME/outbox`, whole, then put up by one request, then removed. What
could not be put up waits there for the next crawl, load or enrichment. For a folder each function does what
its path would.
"""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, cast

from ingestion.disk import fsync
from ingestion.exits import Refused, Stopped

if TYPE_CHECKING:
    from upath import UPath

    from ingestion.landing.object_store import Store

# fetched at once: bounds the disk that a load of many files takes, and the connections
AT_ONCE = 32
FOOTER = 64 * 1024
SCHEME = "s3://"

Result = TypeVar("Result")


class StoreFailed(Stopped):
    """The object store did not do what was asked; the message says which, why, what to do."""


class NameTaken(Stopped):
    """Another file lies in the object store under the name of one that is to be put up."""


def landing_zone(address: str, home: Path) -> Path:
    """Return the landing zone at `address`, a folder or `s3://bucket/prefix`; "" is `home/landing`.

    A store's paths are those of universal_pathlib: as a Path they join, match and list, and nothing else
    but this module opens them.

    Raises:
        Refused: it is a store's, and what speaks to one is not installed.
    """
    if not address.startswith(SCHEME):
        return Path(address).expanduser().resolve() if address else home / "landing"
    try:
        from ingestion.landing.object_store import opened
    except ImportError as error:
        raise Refused(
            f"AIRTIME_LANDING is {address}, and s3fs is not installed: make install EXTRAS=s3"
        ) from error
    return cast(Path, opened(address, home / "outbox"))


def is_store(landing: Path) -> bool:
    """Tell whether a landing zone is in an object store."""
    return _store(landing) is not None


def on_disk(path: Path) -> Path:
    """Return where on the disk a file or folder of a landing zone lies before it is put up."""
    store = _store(path)
    return store.outbox / _name(store, path) if store else path


def has_landed(path: Path) -> bool:
    """Return whether a name is given; a store that fails is not asked: it refuses a name that it has."""
    with suppress(StoreFailed):
        return on_disk(path).exists() or path.exists()
    return False


def put_up(path: Path) -> Path:
    """Put up the whole file that lies `on_disk`, if it can be; return where it lies now."""
    if store := _store(path):
        try:
            _send(store, path)
        except (StoreFailed, NameTaken) as error:
            store.failure = str(error)
            return on_disk(path)
    return path


def put_up_waiting(landing: Path) -> bool:
    """Put up what waits for the store; return whether the store took it."""
    store = _store(landing)
    if store is None:
        return True
    for local in _waiting(store):
        try:
            _send(store, landing / str(local.relative_to(store.outbox)))
        except NameTaken as error:  # which stops no other
            store.failure = str(error)
        except StoreFailed as error:
            store.failure = str(error)
            return False
    return True


def waiting(landing: Path) -> str:
    """Return what is to be said of files that could not be put up, "" where there are none."""
    store = _store(landing)
    if store is None or not (files := _waiting(store)):
        return ""
    why = store.failure or "nobody has put them up yet"
    return (
        f"{len(files):,} landed files wait in {store.outbox}: {why}. "
        "Nothing is lost: the next crawl or load puts them up"
    )


def at_hand(landing: Path, use: Callable[[Path], Result]) -> Result:
    """Return what `use` makes of the landing zone, or where a store fails, of the files that wait for it."""
    if put_up_waiting(landing):
        try:
            return use(landing)
        except StoreFailed as error:
            cast("Store", _store(landing)).failure = str(error)
    return use(on_disk(landing))


def names_in(landing: Path) -> list[str] | None:
    """Return the names of all files in a store, None of a folder."""
    store = _store(landing)
    if store is None:
        return None
    return [name.removeprefix(f"{store.root}/") for name in store.find(store.root)]


def footer(path: Path, size: int = FOOTER) -> bytes | None:
    """Return the end of a store's file, with all of its Parquet metadata; None of a folder's."""
    store = _store(path)
    if store is None:
        return None
    end: bytes = store.files.cat_file(_key(path), start=-size)
    needed = int.from_bytes(end[-8:-4], "little") + 8
    return footer(path, needed) if size < needed and len(end) == size else end


@contextmanager
def brought(paths: Sequence[Path]) -> Iterator[list[Path]]:
    """Yield where the files can be read on the disk until the block ends: copies of those of a store.

    One that is gone has no copy.
    """
    with ExitStack() as stack:
        store = _store(paths[0]) if paths else None
        if store is None:
            yield list(paths)
            return
        store.outbox.mkdir(parents=True, exist_ok=True)
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix=".read-", dir=store.outbox))
        copies = [Path(folder, f".{number}.tmp") for number in range(len(paths))]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(_fetch, [store] * len(paths), paths, copies))
        yield copies


def in_turn(paths: Sequence[Path]) -> Iterator[tuple[Path, Path]]:
    """Yield each file with where it can be read until the next one is asked for."""
    step = AT_ONCE if paths and _store(paths[0]) else max(len(paths), 1)
    for start in range(0, len(paths), step):
        some = paths[start : start + step]
        with brought(some) as copies:
            yield from zip(some, copies, strict=True)


def write_text(path: Path, text: str) -> None:
    """Write a small file in place of any there is; its folder is made."""
    if store := _store(path):
        store.files.pipe_file(_key(path), text.encode())
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def move(path: Path, target: Path) -> None:
    """Give a landed file another name; in a store that is killed meanwhile it may have both."""
    if store := _store(path):
        store.files.cp_file(_key(path), _key(target))
        store.files.rm_file(_key(path))
        return
    path.replace(target)
    fsync(target.parent)


def remove_if_empty(folder: Path) -> None:
    """Remove a folder that holds nothing; a store has no folders."""
    if not is_store(folder):
        with suppress(OSError):
            folder.rmdir()


def _send(store: "Store", path: Path) -> None:
    with suppress(FileNotFoundError):  # another process has sent it
        store.send(on_disk(path), _key(path))
        on_disk(path).unlink(missing_ok=True)


def _fetch(store: "Store", path: Path, copy: Path) -> None:
    with suppress(FileNotFoundError):
        store.files.get_file(_key(path), str(copy))


def _waiting(store: "Store") -> list[Path]:
    found = store.outbox.rglob("*.parquet") if store.outbox.exists() else ()
    names = (path.relative_to(store.outbox) for path in found)
    return sorted(store.outbox / name for name in names if not any(part[0] == "." for part in name.parts))


def _store(path: Path) -> "Store | None":
    return None if isinstance(path, Path) else cast("Store", cast("UPath", path).fs)


def _key(path: Path) -> str:
    return cast("UPath", path).path


def _name(store: "Store", path: Path) -> str:
    return _key(path).removeprefix(store.root).lstrip("/")
