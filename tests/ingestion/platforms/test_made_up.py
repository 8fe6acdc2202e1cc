"""Tests of a platform that nobody has heard of: one file in AIRTIME_HOME/platforms, and no code."""

import os

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from ingestion.landing.files import landed_files, read_record
from ingestion.settings import Settings
from ingestion.warehouse.load import load
from tests.ingestion.commands import ingestion
from tests.ingestion.landed_crawls import rows_of
from tests.ingestion.loopback import Web

DESCRIPTION = """\
platform: marmot
title: Marmot
credentials_page: https://marmot.example/keys
url: https://api.marmot.example
url_variable: MARMOT_URL
authentication:
  kind: header
  values: {X-Key: MARMOT_KEY}
request:
  method: POST
  path: burrows
  body: {size: 2}
partitions:
  parameter: hill
  into: body
  values: [north, 7]
paging:
  kind: cursor
  parameter: page
  into: body
  at: next.page
  echo: {list: next.list}
  pages: next.last
  rows: 2
answer:
  records: found.burrows
  failure: {at: state, other_than: 0}
  message: said.why
  only: {awake: true}
fields:
  stream_id: {template: "{who.id}-{since}"}
  streamer_id: who.id
  streamer_name: {at: [who.nick, who.name], none: ["-"]}
  category_id: what.id
  category_name: {at: what.name, map: {IRL: Just Chatting}}
  language: {at: tongue, none: [xx], lower: true}
  viewer_count: watching
  started_at: {at: since, format: "%d.%m.%Y %H:%M", zone: Europe/Berlin}
  tags: marks
"""


def burrow(number: int, **changes) -> dict:
    return {
        "who": {"id": number, "nick": "-", "name": f"Marmot {number}"},
        "what": {"id": 3, "name": "IRL"},
        "tongue": "DE",
        "watching": str(number * 10),
        "since": "26.01.2026 19:02",
        "marks": ["grass"],
        "awake": True,
        **changes,
    }


HILLS = {
    "north": [burrow(1), burrow(2, tongue="xx"), burrow(3, awake=False), burrow(4, what=None)],
    7: [burrow(4, what=None), burrow(5, watching="many"), burrow(6)],
}


class Marmot:
    """A server that wants a key, repeats its token, and fails in a 200 the first time."""

    def __init__(self) -> None:
        self.bodies: list[dict] = []
        self.failures = 1
        self.refusal: dict = {}
        self.refused_from = 0

    async def answer(self, request: Request) -> JSONResponse:
        body = await request.json()
        self.bodies.append(body)
        if request.headers.get("x-key") != "the-key":
            return JSONResponse({"message": f"no such key: {request.headers.get('x-key')}"}, 403)
        if self.failures:
            self.failures -= 1
            return JSONResponse({"state": "4", "said": {"why": "asleep"}})
        page, rows = body.get("page", 0), HILLS[body["hill"]]
        if self.refusal and page >= self.refused_from:
            return JSONResponse(self.refusal)
        assert ("list" in body) == (page > 0)
        shown = rows[page * 2 : page * 2 + 2]
        following = {"page": page + 1, "list": "frozen", "last": -(-len(rows) // 2)}
        return JSONResponse({"state": 0, "found": {"burrows": shown}, "next": following})


async def hills(request: Request) -> JSONResponse:
    return JSONResponse({"state": 0, "all": {"hills": [{"name": name} for name in HILLS]}})


@pytest.fixture
def marmot(web: Web) -> Marmot:
    fake = Marmot()
    web.app = Starlette(
        routes=[Route("/v1/burrows", fake.answer, methods=["POST"]), Route("/v1/hills", hills)]
    )
    return fake


@pytest.fixture
def described(settings: Settings, web: Web) -> Settings:
    folder = settings.root / "platforms"
    folder.mkdir(parents=True)
    (folder / "marmot.yml").write_text(DESCRIPTION)
    os.environ["MARMOT_URL"] = f"{web.url}/v1"
    os.environ["MARMOT_KEY"] = "the-key"
    return settings


def crawled(settings: Settings):
    variables = {name: os.environ[name] for name in ("MARMOT_URL", "MARMOT_KEY")}
    return ingestion(settings.root, "crawl", "--platform", "marmot", **variables)


def test_one_file_and_no_code_bring_a_platform_into_raw(described: Settings, marmot: Marmot):
    done = crawled(described)
    assert done.returncode == 0, done.stderr
    load(described)
    columns = "* exclude (details_id, observed_at, _dlt_load_id)"
    rows = rows_of(described, f"select {columns} from raw.observations order by id")
    common = {"platform": "marmot", "language": "de", "game_id": "3"}
    started = {"started_at": rows[0]["started_at"]}
    assert f"{started['started_at']:%Y-%m-%d %H:%M}" == "2026-01-26 18:02"
    assert rows == [
        {
            **common,
            "id": f"{n}-26.01.2026 19:02",
            "user_id": str(n),
            "viewer_count": n * 10,
            **started,
            **other,
        }
        for n, other in ((1, {}), (2, {"language": None}), (4, {"game_id": ""}), (6, {}))
    ]
    details = "select user_name, game_name, tags from raw.stream_details where user_id = '1'"
    assert rows_of(described, details) == [
        {"user_name": "Marmot 1", "game_name": "Just Chatting", "tags": '["grass"]'}
    ]
    [rejected] = rows_of(described, "select reason from raw.rejected_streams")
    assert rejected["reason"].startswith("viewer_count is no whole number")


def test_its_audit_record_has_each_part_and_its_double(described: Settings, marmot: Marmot):
    assert crawled(described).returncode == 0
    record = newest_record(described)
    assert (record["is_complete"], record["pages"], record["streams"], record["doubles"]) == (True, 4, 4, 1)
    assert [(chain["part"], chain["streams"]) for chain in record["chains"]] == [("north", 3), ("7", 2)]


def test_the_parts_of_a_list_can_be_fetched_when_a_crawl_begins(described: Settings, marmot: Marmot):
    fetched = "from: {path: hills, records: all.hills, at: name}"
    own = described.root / "platforms" / "marmot.yml"
    own.write_text(DESCRIPTION.replace("values: [north, 7]", fetched))
    assert crawled(described).returncode == 0
    record = newest_record(described)
    assert (record["is_complete"], record["pages"], record["streams"], record["doubles"]) == (True, 4, 4, 1)
    assert [chain["part"] for chain in record["chains"]] == ["parts", "north", "7"]


def test_without_parts_nothing_is_complete(described: Settings, marmot: Marmot):
    fetched = "from: {path: hills, records: all.dales, at: name}"
    own = described.root / "platforms" / "marmot.yml"
    own.write_text(DESCRIPTION.replace("values: [north, 7]", fetched))
    done = crawled(described)
    assert done.returncode == 1
    assert "no values at all.dales, name (parts)" in done.stderr
    assert not newest_record(described)["is_complete"]


def newest_record(settings: Settings) -> dict:
    [name] = [one for one in landed_files(settings.landing) if one.parts[1] == "crawls"]
    return read_record(settings.landing / name)


def test_a_failure_in_a_200_is_asked_again_and_said_if_it_stays(described: Settings, marmot: Marmot):
    marmot.failures = 99
    done = crawled(described)
    assert done.returncode == 1
    assert "v1/burrows: state is 4 (asleep)" in done.stderr
    assert len(marmot.bodies) == 6


def test_a_refused_key_is_named_and_never_shown(described: Settings, marmot: Marmot):
    os.environ["MARMOT_KEY"] = "a-wrong-key"
    done = crawled(described)
    assert done.returncode == 2
    assert "Marmot refuses MARMOT_KEY: " in done.stderr
    assert "a-wrong-key" not in done.stderr + done.stdout
    assert not described.landing.exists()


NUMBER = {"state": "7", "said": {"why": "go away"}}
WORDS = {"state": 4, "said": {"why": "the Key  the-key is\nUNKNOWN here"}}


@pytest.mark.parametrize("refusal", [NUMBER, WORDS])
def test_a_failure_in_a_200_that_means_a_refused_key_lands_nothing(
    described: Settings, marmot: Marmot, refusal: dict
):
    refusing(described, marmot, refusal)
    done = crawled(described)
    assert done.returncode == 2
    message = " ".join(refusal["said"]["why"].split()).replace("the-key", "***")
    assert f'v1/burrows: state is {refusal["state"]}, "{message}"); see https://' in done.stderr
    assert "Marmot refuses MARMOT_KEY: the call is refused (POST " in done.stderr
    asked = [body["hill"] for body in marmot.bodies]
    assert len(asked) == len(set(asked)) >= 1
    assert not described.landing.exists()


def test_a_key_that_is_refused_in_the_middle_of_a_crawl_leaves_it_incomplete(
    described: Settings, marmot: Marmot
):
    refusing(described, marmot, NUMBER)
    marmot.refused_from = 1
    done = crawled(described)
    assert done.returncode == 0, done.stderr
    record = newest_record(described)
    assert (record["is_complete"], record["pages"]) == (False, 2)


def refusing(settings: Settings, marmot: Marmot, refusal: dict) -> None:
    """Have every call refused in a 200, and let the description say how that is known."""
    own = settings.root / "platforms" / "marmot.yml"
    own.write_text(DESCRIPTION.replace("other_than: 0", "other_than: 0, refused: [7, is unknown]"))
    marmot.failures, marmot.refusal = 0, refusal
