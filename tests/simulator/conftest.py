"""A small world served over real HTTP, with a clock that only moves when a test moves it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
import requests

from simulator.server import Served, serve
from simulator.truth.world import World

AT = datetime(2026, 10, 7, 20, 0, 0)
CLIENT_ID = "the-id"
CLIENT_SECRET = "the-secret"


class Clock:
    def __init__(self, at: datetime = AT) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def move(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@dataclass
class Client:
    """What a test calls the simulator with: addresses, an application's two headers, a session."""

    served: Served
    session: requests.Session

    def mint(self, **form: str) -> requests.Response:
        whole = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "grant_type": "client_credentials"}
        return self.session.post(self.served.token_url, data=whole | form, timeout=10)

    def login(self) -> None:
        token = self.mint().json()["access_token"]
        self.session.headers.update({"Client-Id": CLIENT_ID, "Authorization": f"Bearer {token}"})

    def get(self, call: str, **params: object) -> requests.Response:
        return self.session.get(f"{self.served.helix_url}/{call}", params=params, timeout=10)

    def igdb(self, body: str) -> requests.Response:
        return self.session.post(f"{self.served.igdb_url}/games", data=body, timeout=10)

    def chain(self, **params: object) -> Iterator[dict]:
        """Follow Get Streams to its end, page by page."""
        after: dict[str, str] = {}
        while True:
            page = self.get("streams", **params, **after).json()
            yield page
            if not page["pagination"]:
                return
            after = {"after": page["pagination"]["cursor"]}


@pytest.fixture(scope="session")
def world() -> World:
    return World(seed=7, streamers=600)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def box(world, clock, request) -> Iterator[Client]:
    """A served simulator and a client with a token; parametrize indirectly with serve()'s options."""
    options = getattr(request, "param", {})
    with (
        serve(world, client_id=CLIENT_ID, client_secret=CLIENT_SECRET, clock=clock, **options) as served,
        requests.Session() as session,
    ):
        client = Client(served, session)
        client.login()
        yield client
