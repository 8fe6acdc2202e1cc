"""What the columns of an exported mart are: type, unit and description, as the published copy has them.

Descriptions are the comments that publishing takes over from the models; units follow from the names of
the columns, which the project's naming rules fix.
"""

import re
from typing import Any

import duckdb

NUMBERS = ("BIGINT", "INTEGER", "DOUBLE", "HUGEINT")
# the first rule that matches the whole name of a number's column
UNITS = (
    (r"(rank|previous_rank|rank_by_.+)", "place"),
    (r"rank_change", "places"),
    (r"(.+_)?hours(_.+)?", "hours"),
    (r".+_days", "days"),
    (r".+_seconds", "seconds"),
    (r"(share|.+_share|coverage)", "share, 0 to 1"),
    (r"follower_growth", "ratio, 0.1 is 10 %"),
    (r"followers?(_.+)?", "followers"),
    (r"viewers_per_channel", "viewers per channel"),
    (r"(.+_)?(viewers|viewer_count)", "viewers"),
    (r".+_channels", "channels"),
    (r"unique_streamers", "streamers"),
    (r"(streams|stream_count|doubles|found_by_id|started_last_\d+_minutes)", "streams"),
    (r"games_played", "games"),
    (r"sessions", "sessions"),
    (r"pages", "pages"),
    (r"rejected", "rows"),
    (r"points_used", "points of the rate limit"),
)


def unit_of(column: str, type_: str) -> str | None:
    """Return the unit that a column's name implies, None for what has none (names, ids, flags).

    An instant is `UTC`, a date `date`; a counted thing is named, such as `viewers`.
    """
    if type_ == "TIMESTAMP":
        return "UTC"
    if type_ == "DATE":
        return "date"
    if type_ not in NUMBERS:
        return None
    return next((unit for pattern, unit in UNITS if re.fullmatch(pattern, column)), None)


def schema_of(connection: duckdb.DuckDBPyConnection, mart: str) -> dict[str, Any]:
    """Return mart, description and columns (name, type, unit, description) of a mart of the published copy.

    A description is None where the models gave none.
    """
    [(description,)] = connection.execute(
        "select comment from duckdb_tables() where database_name = 'airtime' and schema_name = 'marts'"
        " and table_name = ?",
        [mart],
    ).fetchall()
    columns = connection.execute(
        "select column_name, data_type, comment from duckdb_columns() where database_name = 'airtime'"
        " and schema_name = 'marts' and table_name = ? order by column_index",
        [mart],
    ).fetchall()
    named = ("name", "type", "unit", "description")
    described = [
        dict(zip(named, (name, type_, unit_of(name, type_), comment), strict=True))
        for name, type_, comment in columns
    ]
    return {"mart": mart, "description": description, "columns": described}
