"""Who the watched channels are now: ids are the keys, and logins are looked up again daily."""

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path

from ingestion.client.application import RefusedCredentials
from ingestion.client.asking import in_batches
from ingestion.client.helix import IDS_A_CALL, Helix, connect_until
from ingestion.client.http import ApiError
from ingestion.clock import Deadline, Now, OutOfTime
from ingestion.disk import replace
from ingestion.settings import MissingSetting, Settings
from ingestion.watch.watch_list import Watched

LOOKED_UP_AGAIN = timedelta(days=1)
LOOK_UP_SECONDS = 60.0


@dataclass(frozen=True)
class Channel:
    """A channel as it was last looked up; without a login there is none of its id or name any more."""

    channel_id: str
    login: str
    looked_up_at: str


def known_channels(settings: Settings) -> dict[str, Channel]:
    """Return what was looked up, by how the channel is listed; what cannot be read is looked up again."""
    with suppress(OSError, ValueError, TypeError):
        return {name: Channel(**said) for name, said in json.loads(_file(settings).read_text()).items()}
    return {}


def look_up(
    settings: Settings, watched: Iterable[Watched], now: Now, known: dict[str, Channel]
) -> tuple[dict[str, Channel], str]:
    """Look up who has not been for a day; return what is known then, and why nobody was asked or "".

    Who was listed by login is looked up by the id that it had at first: the login may be another's by now.
    """
    before = (now() - LOOKED_UP_AGAIN).isoformat()
    due = [one for one in watched if one.streamer not in known or known[one.streamer].looked_up_at < before]
    if not due:
        return known, ""
    try:
        helix = connect_until(settings, Deadline(now, seconds=LOOK_UP_SECONDS))
        looked_up = known | _ask(helix, due, known, now().isoformat())
    except (MissingSetting, RefusedCredentials, ApiError) as error:
        return known, str(error)
    except OutOfTime as end:
        return known, f"{settings.helix_url} did not answer in {LOOK_UP_SECONDS:.0f} s ({end.problem or end})"
    keep(settings, looked_up)
    return looked_up, ""


def keep(settings: Settings, channels: dict[str, Channel]) -> None:
    """Remember who channels are, by how they are listed."""
    said = {name: asdict(one) for name, one in sorted(channels.items())}
    replace(_file(settings), json.dumps(said, indent=1))


def _ask(helix: Helix, due: list[Watched], known: dict[str, Channel], at: str) -> dict[str, Channel]:
    found = {}
    for some in in_batches(due, IDS_A_CALL):
        ids = {one.streamer: one.streamer for one in some if one.is_id}
        ids |= {one.streamer: known[one.streamer].channel_id for one in some if one.streamer in known}
        asked = {
            name: ("id", ids[name]) if ids.get(name) else ("login", name)
            for name in (one.streamer for one in some)
        }
        rows = [row for row in helix.get("users", asked.values())["data"] if isinstance(row, dict)]
        logins = {(by, str(row.get(by))): row for row in rows for by in ("id", "login")}
        for name, key in asked.items():
            row = logins.get(key, {})
            found[name] = Channel(str(row.get("id", ids.get(name, ""))), str(row.get("login", "")), at)
    return found


def _file(settings: Settings) -> Path:
    return settings.root / "watch-names.json"
