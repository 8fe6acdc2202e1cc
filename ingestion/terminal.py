"""What the commands show on a terminal while they run."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console

from ingestion.clock import utc_now

console = Console(stderr=True, highlight=False)


@contextmanager
def progress(what: str) -> Iterator[Callable[[str], None]]:
    """Show what is running and for how long; yields a function that says how far it is."""
    started = utc_now()

    def say(how_far: str) -> None:
        elapsed = (utc_now() - started).total_seconds()
        status.update(f"{what}: {how_far}, {elapsed:.0f} s")

    with console.status(what) as status:
        yield say
