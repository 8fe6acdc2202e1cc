"""Tells when a snapshot was taken: from an option, from the name of its file or from a column of its rows."""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from ingestion.imports.errors import BadCell, BadTable, ImportRefused
from ingestion.imports.zones import Zone, epoch_instant

FIRST = datetime(2011, 6, 1)  # the platform began then
EPOCH_NUMBER = re.compile(r"[0-9]{9,19}(\.[0-9]*)?", re.ASCII)
DIRECTIVES = {
    "%Y": r"[0-9]{4}",
    "%y": r"[0-9]{2}",
    "%m": r"[0-9]{2}",
    "%d": r"[0-9]{2}",
    "%j": r"[0-9]{3}",
    "%H": r"[0-9]{2}",
    "%I": r"[0-9]{2}",
    "%M": r"[0-9]{2}",
    "%S": r"[0-9]{2}",
    "%f": r"[0-9]{1,6}",
    "%b": r"[A-Za-z]+",
    "%B": r"[A-Za-z]+",
    "%p": r"[APap][Mm]",
    "%z": r"(?:Z|[+-][0-9]{2}:?[0-9]{2})",
    "%s": r"[0-9]{9,19}",
    "%%": "%",
}


@dataclass(frozen=True)
class When:
    """How the instant of a snapshot is told; exactly one of the first three is given.

    `pattern` is what a file's path holds, in the directives of strftime (`%s` for an epoch), with `*` for
    whatever differs besides; the last such place in the path counts. `column` names a field of the rows.
    """

    observed_at: str | None = None
    pattern: str | None = None
    column: str | None = None
    zone: Zone = Zone()

    def __post_init__(self) -> None:
        """Refuse what does not tell an instant; raises ImportRefused."""
        given = [one for one in (self.observed_at, self.pattern, self.column) if one]
        if len(given) != 1:
            raise ImportRefused(
                "say in one way when the snapshots were taken: --observed-at 2024-05-01T12:00:00Z for a"
                " single crawl, --at-from-name 'streams_%Y%m%d_%H%M' or --at-column observed_at"
            )
        unknown = re.findall("%.?", self.pattern or "")
        if odd := next((one for one in unknown if one not in DIRECTIVES), None):
            raise ImportRefused(
                f"--at-from-name: {odd!r} is not known; use some of {' '.join(DIRECTIVES)} and * for the rest"
            )
        if self.pattern and not {"%s", "%Y", "%y"} & set(unknown):
            raise ImportRefused("--at-from-name needs a year (%Y) or an epoch (%s); * stands for the rest")

    def of_file(self, path: Path) -> datetime | None:
        """Return the instant of all rows of a file as naive UTC, None when the rows tell it themselves.

        Raises:
            BadTable: the name does not tell it.
        """
        if self.observed_at:
            return self.read(self.observed_at, "--observed-at")
        return self._from_name(path) if self.pattern else None

    def read(self, value: Any, place: str) -> datetime:
        """Return an instant that is given as text, number or datetime as naive UTC, cut to whole seconds.

        Raises:
            BadTable: it is none, or the zone is not known.
        """
        text = str(value).strip()
        try:
            instant: datetime | None
            if isinstance(value, datetime):
                instant = self.zone.in_utc(value)
            elif EPOCH_NUMBER.fullmatch(text):
                instant = epoch_instant(int(text.partition(".")[0]))
            else:
                instant = self.zone.read(text)
        except BadCell as error:
            raise BadTable(f"{place}: {error}") from error
        if instant is None or instant < FIRST:
            raise BadTable(f"{place}: {text[:40]!r} lies before {FIRST:%Y}, when there was no Twitch")
        return instant.replace(microsecond=0)

    def _from_name(self, path: Path) -> datetime:
        found = self._matcher.fullmatch(path.as_posix())
        if not found:
            raise BadTable(f"{path}: the name does not hold {self.pattern!r}, so its time is not known")
        directives = [one for one in re.findall("%.", self.pattern or "") if one != "%%"]
        if "%s" in directives:
            return self.read(found.groups()[directives.index("%s")], str(path))
        try:
            told = datetime.strptime("\t".join(found.groups()), "\t".join(directives))
        except ValueError as error:
            raise BadTable(f"{path}: {self.pattern!r} finds no time in the name ({error})") from error
        return self.read(told, str(path))

    @cached_property
    def _matcher(self) -> re.Pattern[str]:
        parts = [part for part in re.split(r"(%.|\*)", self.pattern or "") if part]
        known = {one: f"({digits})" for one, digits in DIRECTIVES.items()} | {"*": ".*?", "%%": "%"}
        inner = "".join(known.get(part) or re.escape(part) for part in parts)
        # a number at either end is the whole number that stands there
        before, after = ("(?<![0-9])" if "%" in parts[0] else ""), ("(?![0-9])" if "%" in parts[-1] else "")
        return re.compile(f".*{before}{inner}{after}.*", re.DOTALL)
