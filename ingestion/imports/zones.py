"""Reads instants as people write them: epochs in any unit, ISO 8601 with a time zone or of a named one."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ingestion.imports.errors import BadCell, ImportRefused

EPOCH = datetime(1970, 1, 1)
# How large an instant of these decades is: in seconds, milliseconds, microseconds, nanoseconds.
LIMITS = ((10**11, 1), (10**14, 10**3), (10**17, 10**6), (10**20, 10**9))


def epoch_instant(number: int) -> datetime | None:
    """Return naive UTC for epoch seconds, or finer units, which are told by their size; None if too large."""
    for limit, parts in LIMITS:
        if 0 <= number < limit:
            return EPOCH + timedelta(seconds=number // parts, microseconds=number % parts * 10**6 // parts)
    return None


@dataclass(frozen=True)
class Zone:
    """The time zone of what names none; without a `name` such a time is refused."""

    name: str | None = None

    def __post_init__(self) -> None:
        """Refuse a name that is no time zone; raises ImportRefused."""
        _ = self._info

    def in_utc(self, told: datetime) -> datetime:
        """Return naive UTC.

        Raises:
            BadCell: no zone is known, or clocks were changed then.
        """
        if told.tzinfo is not None:
            return told.astimezone(UTC).replace(tzinfo=None)
        if self._info is None:
            raise BadCell(f"{told} has no time zone; add --time-zone UTC, or the recorder's")
        possible = {
            told.replace(tzinfo=self._info, fold=fold).astimezone(UTC).replace(tzinfo=None) for fold in (0, 1)
        }
        if len(possible) > 1:
            both = " or ".join(f"{one:%H:%M:%SZ}" for one in sorted(possible))
            raise BadCell(f"{told} in {self.name}, when clocks were changed, can be {both}; give it in UTC")
        return possible.pop()

    def read(self, text: str) -> datetime:
        """Return an ISO 8601 text as naive UTC; raises BadCell as `in_utc`, and for what is no time."""
        try:
            told = datetime.fromisoformat(text.strip().replace(" UTC", "Z"))
        except ValueError as error:
            raise BadCell(f"{text[:40]!r} is no time; write 2024-05-01T12:00:00Z or an epoch") from error
        return self.in_utc(told)

    @cached_property
    def _info(self) -> ZoneInfo | None:
        try:
            return ZoneInfo(self.name) if self.name else None
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ImportRefused(
                f"--time-zone {self.name!r} is not known; write it like UTC or Europe/Berlin"
            ) from error
