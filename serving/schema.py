"""What a mart's columns are: type, unit and description, as the published copy has them.

Descriptions are the comments that publishing takes over from the models; units follow from the names of
the columns, which the project's naming rules fix.
"""

import re
from typing import TypedDict

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
    (r"(follower|value)_growth", "ratio, 0.1 is 10 %"),
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
    (r"value|value_change|(base|first|last|min|max|mean)_value", "as the metric has it"),
    (r"readings", "readings"),
    (r"metrics", "metrics"),
    (r"resets|corrections", "falls"),
    (r"calls|unanswered", "calls"),
    (r"asked", "ids"),
    (r"units(_.+)?", "units of the day's quota"),
)


TABLES = "select table_name, comment from duckdb_tables() where schema_name = 'marts' order by table_name"
COLUMNS = """
    select table_name, column_name, data_type, comment from duckdb_columns() where schema_name = 'marts'
    order by table_name, column_index
"""


class Column(TypedDict):
    """A column: its name, its type in SQL, its unit and what it means."""

    name: str
    type: str
    unit: str | None
    description: str | None


class Schema(TypedDict):
    """A mart: its name, what a row is, and its columns in their order."""

    mart: str
    description: str | None
    columns: list[Column]


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


def schemas_of(connection: duckdb.DuckDBPyConnection) -> dict[str, Schema]:
    """Return the schema of every mart of the published copy: mart -> schema.

    A description is None where the models gave none.
    """
    described = connection.execute(TABLES).fetchall()
    schemas = {mart: Schema(mart=mart, description=comment, columns=[]) for mart, comment in described}
    for mart, name, type_, comment in connection.execute(COLUMNS).fetchall():
        column = Column(name=name, type=type_, unit=unit_of(name, type_), description=comment)
        schemas[mart]["columns"].append(column)
    return schemas
