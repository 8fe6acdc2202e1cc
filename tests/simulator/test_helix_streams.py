"""Get Streams over real HTTP: order, cursors, filters, fields."""

from datetime import datetime

import pytest

from simulator.paging import decode, encode
from tests.simulator.conftest import AT

FIELDS = {
    *("id", "user_id", "user_login", "user_name", "game_id", "game_name", "type", "title", "viewer_count"),
    *("started_at", "language", "thumbnail_url", "tag_ids", "tags", "is_mature"),
}


def _ids(pages) -> list[str]:
    return [row["id"] for page in pages for row in page["data"]]


@pytest.mark.parametrize("first", [1, 7, 20, 99, 100])
def test_paging_over_a_still_clock_returns_every_live_stream_once_in_order(box, world, first):
    expected = [stream.stream_id for stream in world.live(AT)]
    assert len(expected) > 100
    params = {"language": "en"} if first == 1 else {}
    if params:
        expected = [stream.stream_id for stream in world.live(AT) if stream.language == "en"]
    assert _ids(box.chain(first=first, **params)) == expected


def test_a_page_has_20_rows_unless_asked_and_only_the_last_has_no_cursor(box, world):
    pages = list(box.chain())
    assert [len(page["data"]) for page in pages[:-1]] == [20] * (len(pages) - 1)
    assert pages[-1]["pagination"] == {}
    assert len(pages) == -(-len(world.live(AT)) // 20)


def test_a_stream_that_crosses_the_page_boundary_between_calls_is_doubled_or_missed(box, clock):
    seen = []
    for page in box.chain(first=5):
        seen += [row["id"] for row in page["data"]]
        clock.move(300)
    before, after = (stream_ids(box, at) for at in (AT, clock.at))
    lived_through = before & after
    assert len(seen) > len(set(seen)) or lived_through - set(seen)


def stream_ids(box, at: datetime) -> set[str]:
    return {stream.stream_id for stream in box.served.box.world.live(at)}


def test_the_cursor_is_a_position_in_the_order_and_not_a_row_number(box):
    page = box.get("streams", first=3).json()
    position = decode(page["pagination"]["cursor"])
    assert int(position) == page["data"][-1]["viewer_count"]
    below = box.get("streams", first=3, after=encode(0.0, position - 100)).json()
    assert all(row["viewer_count"] <= position - 100 for row in below["data"])


def test_a_stream_has_every_field_of_the_documentation(box, world):
    rows = box.get("streams", first=100).json()["data"]
    assert all(set(row) == FIELDS for row in rows)
    truth = world.live(AT)[0]
    assert rows[0]["viewer_count"] == truth.viewers and rows[0]["user_name"] == truth.display_name
    assert rows[0]["started_at"] == f"{truth.started_at.isoformat()}Z"
    assert rows[0]["tag_ids"] == [] and rows[0]["is_mature"] is False and rows[0]["type"] == "live"
    assert all(row["tags"] is None or row["tags"] for row in rows)
    assert f"live_user_{rows[0]['user_login']}-{{width}}x{{height}}.jpg" in rows[0]["thumbnail_url"]


def test_filters_take_repeated_parameters(box):
    rows = [row for page in box.chain(first=100) for row in page["data"]]
    two = rows[3], rows[40]
    by_id = box.get("streams", user_id=[row["user_id"] for row in two]).json()["data"]
    by_login = box.get("streams", user_login=[row["user_login"].upper() for row in two]).json()["data"]
    assert by_id == by_login == list(two)
    spoken = [row for page in box.chain(first=100, language=["de", "fr"]) for row in page["data"]]
    assert spoken == [row for row in rows if row["language"] in ("de", "fr")] != []
    game = rows[0]["game_id"]
    played = [row for page in box.chain(first=100, game_id=game, type="live") for row in page["data"]]
    assert played == [row for row in rows if row["game_id"] == game]


def test_somebody_who_is_not_live_gives_an_empty_page(box, world):
    live = {stream.streamer_id for stream in world.live(AT)}
    offline = next(streamer.id for streamer in world.streamers if streamer.id not in live)
    assert box.get("streams", user_id=offline).json() == {"data": [], "pagination": {}}
