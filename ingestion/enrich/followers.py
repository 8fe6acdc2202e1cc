"""Reads follower counts from Helix, one channel a call, and lands them: they can never be read again."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from ingestion.client.helix import Helix
from ingestion.client.http import ApiError
from ingestion.clock import Now
from ingestion.fields import Impossible, whole
from ingestion.landing.files import FOLLOWERS_SCHEMA, batch_path, land, read_record
from ingestion.landing.rejects import Reject

NO_SUCH_CHANNEL = (400, 404)
MOST_FOLLOWERS = 10_000_000_000
NO_TOTAL = "total is no number of followers"
Reading = dict[str, Any]


def read_followers(client: Helix, user_id: str, now: Now) -> tuple[Reading, list[Reject]]:
    """Return a row of FOLLOWERS_SCHEMA, observed when it was asked for, and the answer where it is rejected.

    A channel that Twitch does not know, or tells no number for, has a null count. Raises as `Helix.get`
    does.
    """
    reading = {"user_id": user_id, "follower_count": None, "observed_at": now()}
    try:
        answer = client.get("channels/followers", [("broadcaster_id", user_id), ("first", "1")])
    except ApiError as error:
        if error.status not in NO_SUCH_CHANNEL:
            raise
        return reading, []
    try:
        return {**reading, "follower_count": whole(answer, "total", 0, MOST_FOLLOWERS)}, []
    except Impossible:
        return reading, [Reject(user_id, NO_TOTAL, json.dumps(answer))]


def land_followers(
    landing: Path, platform: str, table: pa.Table, observed_at: datetime, points_used: int = 0
) -> Path:
    """Land one batch of FOLLOWERS_SCHEMA rows under the whole second at which it was begun.

    Raises:
        AlreadyLanded: a batch of this platform and second is there.
        NotLanded: the disk refused; nothing is left under the final name.
    """
    second = observed_at.replace(microsecond=0)
    record = {
        "kind": "followers",
        "platform": platform,
        "observed_at": second,
        "rows": len(table),
        "points_used": points_used,
    }
    return land(landing, batch_path(platform, "followers", second), table.cast(FOLLOWERS_SCHEMA), record)


def batches_since(landing: Path, platform: str, since: datetime) -> list[Path]:
    """Return the follower batches of that second and later, oldest first."""
    oldest = landing / batch_path(platform, "followers", since)
    days = [
        day for day in (landing / platform / "followers").glob("[0-9]*") if day.name >= oldest.parent.name
    ]
    found = [path for day in days for path in day.glob("[0-9]*.parquet") if path.name >= oldest.name]
    return sorted(found)


def points_of(batches: list[Path]) -> int:
    """Return the points of the rate limit that these batches cost."""
    return sum(read_record(path).get("points_used", 0) for path in batches)
