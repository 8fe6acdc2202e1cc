"""Fetches games' publishers, genres, perspectives and release dates from IGDB, as an Arrow table."""

import time
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, TypeGuard

import pyarrow as pa

from ingestion.arrow import arrow_schema
from ingestion.client.http import ApiError
from ingestion.client.pacing import Pacer
from ingestion.client.token import SignedCalls, signed_calls
from ingestion.clock import Deadline, Now, Sleep, epoch_seconds
from ingestion.fields import MOST_EXACT, Impossible, Row, an_object, epoch, objects, text, whole
from ingestion.landing.rejects import Reject, sift
from ingestion.settings import Settings

IDS_A_CALL = 500
# Four calls a second are allowed; a little slower, for calls arrive less evenly than they leave.
SPACING_SECONDS = 0.27
FIELDS = (
    "name,slug,first_release_date,updated_at,genres.slug,genres.name,player_perspectives.slug,"
    "involved_companies.publisher,involved_companies.company.name"
)
TEXTS = pa.list_(pa.string())
MOMENT = pa.timestamp("us")
IGDB_GAMES_SCHEMA = arrow_schema(
    id=pa.string(),
    name=pa.string(),
    slug=pa.string(),
    first_release_date=MOMENT,
    updated_at=MOMENT,
    genres=TEXTS,
    genre_slugs=TEXTS,
    perspective_slugs=TEXTS,
    publishers=TEXTS,
    fetched_at=MOMENT,
)


class Igdb:
    """A client of one IGDB server."""

    def __init__(self, url: str, calls: SignedCalls) -> None:
        """Take the server's URL (`https://api.igdb.com/v4`) and signed, paced calls."""
        self._url, self._calls = url.rstrip("/"), calls

    def query(self, path: str, body: str) -> list[Any]:
        """Return the rows of one Apicalypse query, objects as a rule.

        Raises:
            RefusedCredentials: Twitch gives the application no token.
            ApiError: the call failed for good, or the answer is no list.
        """
        try:
            rows = self._calls.json("POST", f"{self._url}/{path}", data=body.encode(), headers=_HEADERS)
        except ApiError as error:
            raise _refused(error) if error.status == 403 else error from None
        if not isinstance(rows, list):
            raise ApiError(f"POST igdb/{path}", "the answer is no list of rows")
        return rows


def connect(settings: Settings, *, now: Now, sleep: Sleep = time.sleep) -> Igdb:
    """Return a client of the settings' IGDB server.

    Raises:
        MissingSetting: the client id or secret is not set.
    """
    return connect_until(settings, Deadline(now, sleep))


def connect_until(settings: Settings, deadline: Deadline) -> Igdb:
    """Return a client whose calls end by a deadline; raises as `connect` does."""
    pacer = Pacer(deadline.now, deadline.sleep, spacing_seconds=SPACING_SECONDS)
    return Igdb(settings.igdb_url, signed_calls(settings, pacer, deadline, _refused))


def _refused(error: ApiError) -> ApiError:
    said = f'IGDB says "{error.message}"' if error.message else "IGDB gives no reason"
    advice = f"{said}, Twitch accepts the application: see https://api-docs.igdb.com/#account-creation"
    return ApiError(error.where, error.reason, status=error.status, message=advice)


def fetch_igdb_games(
    client: Igdb, igdb_ids: Iterable[str], fetched_at: datetime, changed_since: datetime | None = None
) -> tuple[pa.Table, list[Reject]]:
    """Return rows of IGDB_GAMES_SCHEMA, and answers that cannot be; ids that IGDB does not know have none.

    With `changed_since` (naive UTC) only games that IGDB has changed after it. Blank ids (what is no
    game) are not asked for. A field that IGDB leaves out is null, or an empty list. Raises as
    `Igdb.query` does.

    Raises:
        ValueError: an id is not a number.
    """
    ids = [one for one in dict.fromkeys(igdb_ids) if one]
    odd = [one for one in ids if not is_id(one)]
    if odd:
        raise ValueError(f"an IGDB id is a number, not {odd[0]!r}")
    changed = f" & updated_at > {int(epoch_seconds(changed_since))}" if changed_since else ""
    games: list[Any] = []
    for start in range(0, len(ids), IDS_A_CALL):
        wanted = ",".join(ids[start : start + IDS_A_CALL])
        games += client.query(
            "games", f"fields {FIELDS}; where id = ({wanted}){changed}; limit {IDS_A_CALL};"
        )
    rows, rejects = sift(games, lambda game: _row(game, fetched_at))
    return pa.Table.from_pylist(rows, schema=IGDB_GAMES_SCHEMA), rejects


def is_id(text: str | None) -> TypeGuard[str]:
    """Say whether a Helix game's `igdb_id` is one: "" is what has no game at IGDB."""
    return text is not None and text.isascii() and text.isdigit()


def _row(game: Row, fetched_at: datetime) -> dict[str, Any]:
    genres = objects(game, "genres")
    involved = objects(game, "involved_companies")
    publishers = [an_object(one, "company") for one in involved if one.get("publisher")]
    return {
        "id": _id(game),
        "name": text(game, "name"),
        "slug": text(game, "slug"),
        "first_release_date": epoch(game, "first_release_date"),
        "updated_at": epoch(game, "updated_at"),
        "genres": _distinct(genres, "name"),
        "genre_slugs": _distinct(genres, "slug"),
        "perspective_slugs": _distinct(objects(game, "player_perspectives"), "slug"),
        "publishers": _distinct(publishers, "name"),
        "fetched_at": fetched_at,
    }


def _id(game: Row) -> str:
    if game.get("id") is None:
        raise Impossible("id is missing")
    return str(whole(game, "id", 1, MOST_EXACT))


def _distinct(things: Sequence[Row], field: str) -> list[str]:
    return list(dict.fromkeys(name for thing in things if (name := text(thing, field))))


_HEADERS = {"Accept": "application/json", "Content-Type": "text/plain"}
