"""The other platforms' interfaces: their shapes, their limits, and how each refuses."""

import pytest

from tests.simulator.conftest import CLIENT_ID, CLIENT_SECRET, Client

CHZZK = {"Client-Id": CLIENT_ID, "Client-Secret": CLIENT_SECRET}


def kick(box: Client, **params: object):
    return box.session.get(f"{box.served.url}/kick/public/v2/livestreams", params=params, timeout=10)


def trovo(box: Client, body: dict, client_id: str = CLIENT_ID):
    url = f"{box.served.url}/trovo/openplatform/gettopchannels"
    return box.session.post(url, json=body, headers={"Client-ID": client_id}, timeout=10)


def chzzk(box: Client, headers: dict[str, str] = CHZZK, **params: object):
    url = f"{box.served.url}/chzzk/open/v1/lives"
    return box.session.get(url, params=params, headers=headers, timeout=10)


def soop(box: Client, **params: object):
    whole = {"client_id": CLIENT_ID, **params}
    return box.session.get(f"{box.served.url}/soop/broad/list", params=whole, timeout=10).json()


def test_kick_lists_by_start_behind_a_cursor(box, world, clock):
    first = kick(box, limit=30).json()
    second = kick(box, limit=1000, cursor=first["pagination"]["next_cursor"]).json()
    rows = first["data"] + second["data"]
    starts = [row["started_at"] for row in rows]
    assert (starts, len(first["data"]), second["pagination"]["next_cursor"]) == (sorted(starts), 30, "")
    assert len({row["id"] for row in rows}) == len(rows) == len(world.live(clock()))


def test_kick_filters_by_languages_and_categories(box, world, clock):
    live = world.live(clock())
    shown = kick(box, limit=1000, language_code=["de", "fr"]).json()["data"]
    assert len(shown) == sum(row.language in ("de", "fr") for row in live) > 0
    shown = kick(box, limit=1000, category_id="509658").json()["data"]
    assert len(shown) == sum(row.game_id == "509658" for row in live) > 0


@pytest.mark.parametrize("params", [{"limit": 0}, {"limit": 1001}, {"limit": "x"}, {"cursor": "x"}])
def test_kick_refuses_what_it_cannot_read(box, params):
    assert kick(box, **params).status_code == 400


def test_kick_wants_a_token(box):
    del box.session.headers["Authorization"]
    assert kick(box).status_code == 401


def test_trovo_freezes_a_list_by_its_token(box, clock):
    first = trovo(box, {"limit": 50}).json()
    clock.move(3600)
    following = {"limit": 50, "token": first["token"], "cursor": first["cursor"]}
    second = trovo(box, following).json()
    ids = [row["channel_id"] for row in first["top_channels_lists"] + second["top_channels_lists"]]
    assert len(set(ids)) == len(ids) == 100
    assert (second["token"], second["cursor"]) == (first["token"], 2)
    assert trovo(box, {"limit": 101}).status_code == 400
    assert trovo(box, {}, "another").status_code == 401


def test_chzzk_has_an_envelope_and_twenty_a_page(box):
    answer = chzzk(box, size=20).json()
    viewers = [row["concurrentUserCount"] for row in answer["content"]["data"]]
    assert (answer["code"], len(viewers), viewers) == (200, 20, sorted(viewers, reverse=True))
    after = chzzk(box, next=answer["content"]["page"]["next"]).json()["content"]["data"]
    assert after[0]["concurrentUserCount"] <= viewers[-1]
    assert chzzk(box, size=21).status_code == 400
    assert chzzk(box, {"Client-Id": CLIENT_ID}).json()["code"] == 401


def test_soop_has_texts_alone_and_fails_with_status_200(box, world, clock):
    first = soop(box)
    assert first["broad"] == soop(box, page_no=0)["broad"]
    assert len(first["broad"]) == first["page_block"] == 60
    assert {type(value) for row in first["broad"] for value in row.values()} == {str}
    assert first["total_cnt"] == len(world.live(clock()))
    assert soop(box, page_no=99)["broad"] == []
    assert soop(box, client_id="another") == {"result": -3002, "msg": "invalid client_id"}
