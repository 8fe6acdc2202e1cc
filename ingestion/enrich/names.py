"""Lands changes of names that a refresh of users saw: only a stream in a crawl shows a name otherwise."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import pyarrow as pa

from ingestion.arrow import arrow_schema
from ingestion.landing.files import UTC_MICROSECONDS, batch_path, free_second, land

NAMES_SCHEMA = arrow_schema(
    user_id=pa.string(),
    user_login=pa.string(),
    user_name=pa.string(),
    observed_at=UTC_MICROSECONDS,
)

Names = tuple[str | None, str | None]


def changed_names(users: pa.Table, known: Mapping[str, Names]) -> pa.Table:
    """Return rows of NAMES_SCHEMA for the users whose login or name is not the `known` one.

    `users` has rows of USERS_SCHEMA; one that the platform does not know any more has no name.
    """
    rows = [
        {
            "user_id": user["id"],
            "user_login": user["login"],
            "user_name": user["display_name"],
            "observed_at": user["fetched_at"],
        }
        for user in users.to_pylist()
        if user["login"] is not None and known.get(user["id"]) != (user["login"], user["display_name"])
    ]
    return pa.Table.from_pylist(rows, schema=NAMES_SCHEMA)


def land_names(landing: Path, platform: str, table: pa.Table, observed_at: datetime) -> Path:
    """Land rows of NAMES_SCHEMA under the first free whole second.

    Raises:
        NotLanded: the disk refused; nothing is left under the final name.
    """
    second = free_second(landing, platform, "names", observed_at)
    record = {"kind": "names", "platform": platform, "observed_at": second, "rows": len(table)}
    return land(landing, batch_path(platform, "names", second), table.cast(NAMES_SCHEMA), record)
