"""The periods for which there are rankings."""

from datetime import date
from typing import NamedTuple

import duckdb

from serving.catalogue import PERIODS

SQL = """
    select
        platform, period, period_start, period_end,
        bool_and(is_closed) as is_closed, max(coverage) as coverage
    from published.marts.rank_streamers
    group by platform, period, period_start, period_end
"""


class Period(NamedTuple):
    """A period of one platform; `period_end` is the first day after it."""

    platform: str
    period: str
    period_start: date
    period_end: date
    is_closed: bool
    coverage: float | None


def periods_of(cursor: duckdb.DuckDBPyConnection) -> dict[str, dict[str, list[Period]]]:
    """Return the periods of a published copy: kind of period -> platform -> periods, the newest first."""
    found: dict[str, dict[str, list[Period]]] = {period: {} for period in PERIODS}
    for row in cursor.execute(f"{SQL} order by platform, period, period_start desc").fetchall():
        found.setdefault(row[1], {}).setdefault(row[0], []).append(Period(*row))
    return found
