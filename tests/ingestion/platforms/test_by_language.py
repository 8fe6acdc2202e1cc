"""Tests of what Twitch's crawl can do, told by the description of a platform that nobody has heard of."""

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from ingestion.crawl.progress import LANGUAGE, PAGE, Event
from ingestion.descriptions.yaml_file import BadDescription
from ingestion.platforms.crawl import crawl
from ingestion.settings import Settings
from tests.ingestion.loopback import Clock, Web

DESCRIPTION = """\
platform: otter
title: Otter
credentials_page: https://otter.example/keys
url: https://api.otter.example
url_variable: OTTER_URL
authentication: {kind: none}
request:
  path: dams
paging:
  kind: page
  parameter: page
  rows: 2
answer:
  records: dams
fields:
  stream_id: id
  streamer_id: owner.id
  language: tongue
  viewer_count: {at: watching, none: [nobody], default: 0}
rules:
  keep_unknown: true
  drop: [picture]
  error_mark: {field: state, usual: up}
  most_viewers: 50
languages:
  parameter: lang
  a_call: 2
  codes: [en, de, xx, fr, es, it]
  guessed: {en: 5}
streamers:
  parameter: who
  a_call: 2
limits:
  points_a_minute: 600
  headers: {limit: X-Limit, remaining: X-Left, reset: X-Reset}
"""


def dam(number: int, tongue: str, **more) -> dict:
    return {
        "id": number,
        "owner": {"id": number + 100},
        "tongue": tongue,
        "watching": str(50 - number),
        **more,
    }


DAMS = [
    dam(0, "en", state="up", picture="p", depth=3),
    dam(1, "tlh"),
    dam(2, "en", state="down"),
    dam(3, "de", watching="nobody"),
    dam(4, "en"),
    dam(5, "it", state=""),
    dam(6, "it", watching=51),
]


class Otter:
    """A server that filters by language and by owner, refuses one language, and tells its limits."""

    def __init__(self, clock: Clock) -> None:
        self.clock, self.calls = clock, list[dict]()
        self.skipped: set[int] = set()

    async def answer(self, request: Request) -> JSONResponse:
        languages, owners = (request.query_params.getlist(name) for name in ("lang", "who"))
        self.calls.append({"lang": languages, "who": owners})
        if "xx" in languages:
            return JSONResponse({"message": "no such lang"}, 400)
        found = [one for one in DAMS if str(one["owner"]["id"]) in owners or not owners]
        found = [one for one in found if one["tongue"] in languages or not languages]
        found = [one for one in found if owners or one["id"] not in self.skipped]
        start = 2 * int(request.query_params["page"]) - 2
        reset = str(int(self.clock.now().timestamp()) + 60)
        headers = {"X-Limit": "600", "X-Left": "471", "X-Reset": reset}
        return JSONResponse({"dams": found[start : start + 2]}, headers=headers)


@pytest.fixture
def otter(web: Web, clock: Clock, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Otter:
    fake = Otter(clock)
    web.app = Starlette(routes=[Route("/dams", fake.answer)])
    monkeypatch.setenv("OTTER_URL", web.url)
    write(settings, DESCRIPTION)
    return fake


def write(settings: Settings, text: str) -> Path:
    file = settings.root / "platforms" / "otter.yml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def crawled(settings: Settings, clock: Clock, heard: list[Event] | None = None):
    on_event = [].append if heard is None else heard.append
    return crawl("otter", settings, now=clock.now, sleep=clock.sleep, on_event=on_event)


def test_a_list_is_read_by_language_side_by_side(settings: Settings, clock: Clock, otter: Otter):
    heard: list[Event] = []
    record = crawled(settings, clock, heard).record
    assert (record.is_complete, record.stop_reason, record.streams, record.rejected) == (True, "end", 5, 2)
    assert {language for chain in record.chains for language in chain["refused"]} == {"xx"}
    asked = [chain["languages"] for chain in record.chains]
    assert sorted(sum(asked, [])) == ["de", "en", "es", "fr", "it", "tlh", "xx"]
    assert (asked[0], asked[-1]) == (["en"], ["tlh"])
    assert {len(call["lang"]) for call in otter.calls} == {0, 1, 2}
    assert [event.facts["language"] for event in heard if event.name == LANGUAGE] == ["tlh"]
    left = {event.facts["points_left"] for event in heard if event.name == PAGE}
    assert left <= set(range(440, 472)), "the limit's headers were not read"
    assert record.points_used == len(otter.calls)


def test_what_a_record_says_besides_is_kept_and_its_errors_are_set_aside(
    settings: Settings, clock: Clock, otter: Otter
):
    done = crawled(settings, clock)
    rows = {row["id"]: row for row in pq.read_table(done.path).to_pylist()}
    extras = {name: row["extra"] and json.loads(row["extra"]) for name, row in rows.items()}
    assert extras == {"0": {"depth": 3}, "1": None, "2": {"state": "down"}, "3": None, "4": None}
    assert {name: row["viewer_count"] for name, row in rows.items()} == {
        "0": 50,
        "1": 49,
        "2": 48,
        "3": 0,
        "4": 46,
    }
    mark = "state is empty, the mark of an error"
    assert done.reasons == {mark: 1, "viewer_count is no whole number from 0 to 50": 1}


def test_who_was_live_and_is_in_no_page_is_asked_for(settings: Settings, clock: Clock, otter: Otter):
    crawled(settings, clock)
    otter.skipped, otter.calls = {0, 3, 4}, []
    record = crawled(settings, clock).record
    assert (record.is_complete, record.streams, record.found_by_id) == (True, 5, 3)
    assert sorted(call["who"] for call in otter.calls if call["who"]) == [["100", "104"], ["103"]]


def test_a_list_is_in_parts_of_one_kind(settings: Settings, clock: Clock, otter: Otter):
    file = write(settings, f"{DESCRIPTION}partitions: {{parameter: hill, values: [north]}}\n")
    with pytest.raises(BadDescription, match="say either partitions or languages") as caught:
        crawled(settings, clock)
    assert str(caught.value).startswith(f"{file}, line 1: the description: ")
