"""Opens the file of an imported table: tells its format by its first bytes, splits CSV into records."""

import codecs
import csv
import gzip
import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ingestion.disk import sha256
from ingestion.imports.errors import BadTable

SEPARATORS = ",;\t|"
HEADER_BYTES = 1 << 16
LINE_BREAK = re.compile("\r\n|\r|\n")
DAMAGED_GZIP = (EOFError, zlib.error, gzip.BadGzipFile)
FOREIGN = {
    b"PK\x03\x04": "a zip archive or a spreadsheet",
    b"\x28\xb5\x2f\xfd": "compressed with zstd",
    b"BZh": "compressed with bzip2",
    b"\xfd7zXZ": "compressed with xz",
}


@dataclass(frozen=True)
class Source:
    """One input file; `kind` is csv, gzip or parquet."""

    path: Path
    kind: str

    @property
    def name(self) -> str:
        """The file's base name, as messages and audit records give it."""
        return self.path.name

    @cached_property
    def separator(self) -> str:
        """What separates the fields of a CSV file: of the usual marks the one that its header has most of.

        Raises:
            BadTable: the gzip is cut short or damaged.
        """
        try:
            with self.open() as file:
                start = file.read(HEADER_BYTES).decode("utf-8", "replace")
        except DAMAGED_GZIP as error:
            raise damaged_gzip(self) from error
        header = next((line for line in LINE_BREAK.split(start) if line.strip()), "")
        fields = {mark: len(next(csv.reader([header], delimiter=mark), [])) for mark in SEPARATORS}
        return max(SEPARATORS, key=fields.__getitem__)

    def open(self) -> gzip.GzipFile | io.BufferedReader:
        """Open the file's bytes, unpacked if it is gzipped."""
        return gzip.open(self.path) if self.kind == "gzip" else self.path.open("rb")

    def sha256(self) -> str:
        """Return the SHA-256 of the file's bytes as they lie on the disk, in hex."""
        return sha256(self.path)


def open_source(path: Path) -> Source:
    """Return the source behind a path.

    Raises:
        BadTable: there is no such file, or it is empty, unreadable or of another format.
    """
    if not path.exists():
        raise BadTable(f"{path}: there is no such file; check the path")
    if not path.is_file():
        raise BadTable(f"{path}: this is not a file; give the path of a CSV or Parquet file")
    try:
        with path.open("rb") as file:
            start = file.read(8)
    except OSError as error:
        raise BadTable(
            f"{path}: the file cannot be read ({error.strerror}); check its permissions"
        ) from error
    if not start:
        raise BadTable(f"{path.name}: the file is empty; a header and rows are needed")
    for magic, what in FOREIGN.items():
        if start.startswith(magic):
            raise BadTable(f"{path.name}: the file is {what}; give CSV, gzipped CSV or Parquet")
    if start.startswith(b"PAR1"):
        return Source(path, "parquet")
    if path.suffix == ".parquet":
        raise BadTable(f"{path.name}: the name says Parquet but the content is not; check how it was written")
    return Source(path, "gzip" if start.startswith(b"\x1f\x8b") else "csv")


class CheckedText(io.BufferedReader):
    """The bytes of a CSV source on their way to a reader, refused at the first that is not UTF-8.

    A line break is added at the end: a quotation mark left open then shows as a last field that ends
    in one, and elsewhere it is a blank line.
    """

    def __init__(self, source: Source) -> None:
        """Open the source."""
        super().__init__(source.open())
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._ended = False

    def read(self, size: int | None = -1) -> bytes:
        """Return up to `size` bytes; raises UnicodeDecodeError, and what gzip raises."""
        data = super().read(size)
        self._decoder.decode(data, final=not data)
        if not data and not self._ended:
            self._ended = True
            return b"\n"
        return data


def records(source: Source) -> Iterator[tuple[int, list[str]]]:
    """Yield each record of a CSV source with the physical line it starts on; blank lines are skipped.

    Raises:
        BadTable: the bytes are no UTF-8 text, the gzip is cut short, or a quotation mark is left open.
    """
    line = 1
    try:
        with opened_text(source) as text:
            lines = _Lines(text)
            reader = csv.reader(lines, delimiter=source.separator)
            for record in reader:
                if lines.ended:
                    raise BadTable(
                        f"{source.name}, line {line}: a quotation mark opened here is never closed"
                    )
                if record:
                    yield line, record
                line = reader.line_num + 1
    except UnicodeDecodeError as error:
        raise not_utf8(source) from error
    except DAMAGED_GZIP as error:
        raise damaged_gzip(source) from error
    except csv.Error as error:
        raise BadTable(
            f"{source.name}, line {line}: this is not CSV ({error}); check its quotation marks"
        ) from error


def opened_text(source: Source) -> io.TextIOWrapper:
    """Open the source as UTF-8 text with its line breaks; a byte order mark is passed over."""
    return io.TextIOWrapper(source.open(), encoding="utf-8-sig", newline="")


def line_breaks(text: str) -> int:
    """Return how many lines a text ends."""
    return len(LINE_BREAK.findall(text))


class _Lines:
    """Lines that remember having been read past their end, as a reader does inside open quotes."""

    def __init__(self, text: Iterator[str]) -> None:
        self._text = text
        self.ended = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        try:
            return next(self._text)
        except StopIteration:
            self.ended = True
            raise


def not_utf8(source: Source) -> BadTable:
    """Return the refusal of a file that is no UTF-8 text, with the line of the first wrong byte."""
    line = 1
    try:
        with source.open() as file:
            for data in file:
                line += line_breaks(data.decode())
    except UnicodeDecodeError as error:
        line += line_breaks(error.object[: error.start].decode())
    except DAMAGED_GZIP:
        return damaged_gzip(source)
    return BadTable(f"{source.name}, line {line}: this is not UTF-8 text; save the file as UTF-8")


def damaged_gzip(source: Source) -> BadTable:
    """Return the refusal of a gzip that cannot be unpacked."""
    return BadTable(f"{source.name}: the gzip is cut short or damaged; fetch the file again")
