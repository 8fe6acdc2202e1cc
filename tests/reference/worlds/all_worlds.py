"""The worlds that feed the reference and the marts alike: random, worked and recorded."""

from datetime import datetime

from hypothesis import strategies as st

from tests.reference.worlds.elite import elite
from tests.reference.worlds.history_worlds import drawn_history
from tests.reference.worlds.live_worlds import drawn_live
from tests.reference.worlds.worked_example import worked_example
from tests.reference.worlds.world import World

__all__ = ["TIMEZONES", "elite", "history_worlds", "live_worlds", "timezones", "worked_example"]

STARTS = (
    datetime(2019, 6, 15, 12),
    datetime(2019, 6, 15, 23, 50),
    datetime(2018, 12, 30, 23, 40),
    datetime(2018, 12, 31, 23, 30),
    datetime(2020, 2, 28, 23, 45),
    datetime(2020, 2, 29, 22, 55),
    datetime(2019, 3, 30, 23, 30),
    datetime(2019, 3, 31, 0, 30),
    datetime(2019, 10, 26, 21, 50),
    datetime(2019, 10, 27, 0, 40),
)
TIMEZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Pacific/Kiritimati")


def history_worlds() -> st.SearchStrategy[World]:
    """Return worlds of imported two-table files, platform `history`."""
    return drawn_history(STARTS)


def live_worlds() -> st.SearchStrategy[World]:
    """Return worlds of live crawls, platform `twitch`."""
    return drawn_live(STARTS)


def timezones() -> st.SearchStrategy[str]:
    """Return IANA time zone names: with and without daylight saving, with odd offsets."""
    return st.sampled_from(TIMEZONES)
