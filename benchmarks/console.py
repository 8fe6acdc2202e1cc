"""Where the benchmarks print their tables: a terminal, or a file that cuts no column short."""

import sys

from rich.console import Console

FILE_COLUMNS = 160


def console() -> Console:
    """Return a console as wide as the terminal, or, where there is none, wide enough for any table."""
    return Console(width=None if sys.stdout.isatty() else FILE_COLUMNS)
