"""Keeps the rows that an import leaves out, with the place and the reason, in a CSV file of their own."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Self, TextIO

from ingestion.imports.errors import BadTable

HEADER = ["place", "reason", "row"]


class Skipped:
    """Where bad rows go: into a file, or, without one, nowhere, for the first of them refuses the import.

    A context manager; `keep` gives the file its name, without that it is removed at the end.
    """

    def __init__(self, path: Path | None = None) -> None:
        """Take the file's path, which is made with the first bad row."""
        self.path, self.rows, self.first = path, 0, ""
        self._file: TextIO | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.restart()

    def restart(self) -> None:
        """Forget what was left out: the file is read again from its start."""
        if self._file:
            self._file.close()
            Path(self._file.name).unlink(missing_ok=True)
        self._file, self.rows, self.first = None, 0, ""

    def take(self, fault: BadTable, row: Sequence[object]) -> None:
        """Write a bad row down.

        Raises:
            BadTable: `fault` itself, when bad rows are not to be left out.
        """
        if self.path is None:
            raise fault
        self.first = self.first or str(fault)
        place, _, reason = str(fault).partition(": ")
        if not self._file:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self.path.with_name(f".{self.path.name}").open("w", newline="", encoding="utf-8")
            csv.writer(self._file).writerow(HEADER)
        line = io.StringIO(newline="")
        csv.writer(line, lineterminator="").writerow(row)
        csv.writer(self._file).writerow([place, reason, line.getvalue()])
        self.rows += 1

    def keep(self) -> None:
        """Give the file its name, if there is one."""
        if self._file and self.path:
            self._file.close()
            Path(self._file.name).replace(self.path)
            self._file = None
