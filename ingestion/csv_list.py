"""A list that people and commands edit alike: a CSV file in AIRTIME_HOME with a header that never changes."""

import csv
import io
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from filelock import FileLock

from ingestion.disk import replace
from ingestion.exits import Refused

WAIT_SECONDS = 20

Row = TypeVar("Row")


class BadList(Refused):
    """A list is no such table, or does not hold what is asked of it; the message says what to do."""


@dataclass(frozen=True)
class CsvList:
    """The list at a path, with the names of its columns."""

    path: Path
    columns: Sequence[str]

    def rows(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Yield the rows that say anything, each with its line; cells are stripped, missing ones are "".

        Raises:
            BadList: the file is no such table.
        """
        for line, cells in self._cells():
            values = [cell.strip() for cell in cells]
            if any(values):
                yield line, dict(zip(self.columns, [*values, *[""] * len(self.columns)], strict=False))

    def read(
        self, parse: Callable[[dict[str, str]], Row], key: Callable[[Row], Hashable]
    ) -> tuple[list[Row], list[str]]:
        """Return what the rows mean, the first of each key, and a sentence for each that means nothing.

        `parse` raises ValueError, with why, where a row means nothing.

        Raises:
            BadList: the file is no such table.
        """
        found: dict[Hashable, Row] = {}
        faults: list[str] = []
        for line, row in self.rows():
            try:
                meant = parse(row)
            except ValueError as error:
                faults.append(f"{self.path}, line {line}: {error}")
            else:
                found.setdefault(key(meant), meant)
        return list(found.values()), faults

    def edit(self, change: Callable[[list[list[str]]], list[list[str]]]) -> None:
        """Replace the rows, as they stand in the file, by what `change` makes of them.

        Raises:
            BadList: the file is no such table.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(self.path.with_suffix(".lock"), timeout=WAIT_SECONDS):
            rows = change([cells for _, cells in self._cells()])
            text = io.StringIO()
            csv.writer(text, lineterminator="\n").writerows([self.columns, *rows])
            replace(self.path, text.getvalue())

    def _cells(self) -> list[tuple[int, list[str]]]:
        """Return the rows below the header, each with its line."""
        if not self.path.exists():
            return []
        try:
            text = io.StringIO(self.path.read_text(encoding="utf-8-sig"), newline="")
            reader = csv.reader(text, strict=True)
            rows = [(reader.line_num, cells) for cells in reader]
        except (UnicodeDecodeError, csv.Error) as error:
            raise BadList(f"{self.path}: this is no CSV in UTF-8 ({error}); save it as that") from error
        if rows and [cell.strip() for cell in rows[0][1]] != list(self.columns):
            columns = ",".join(self.columns)
            raise BadList(f"{self.path}, line 1: the columns are {columns}; write that as the first line")
        return rows[1:]
