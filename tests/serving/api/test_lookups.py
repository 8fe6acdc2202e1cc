"""Streamers, sessions, games and what is live, number by number against SQL on the published copy."""

import pytest

from tests.serving.api.marts import AWKWARD, streamer_id

ID = streamer_id(0)
OF_STREAMER = "where streamer_id = ?"
LIVE = "from marts.live_now where"
BY_VIEWERS = "order by viewer_count desc, streamer_name"
SESSIONS = "from marts.sessions where streamer_id = ? order by started_at desc, platform, session_id"


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/v1/activity/monthly", "from marts.monthly_activity order by month desc, platform"),
        ("/v1/crawls?limit=1000", "from marts.crawls order by observed_at desc, platform"),
        ("/v1/live", "from marts.live_now order by viewer_count desc, streamer_name, platform, stream_id"),
        ("/v1/live?game_id=22", f"{LIVE} game_id = '22' {BY_VIEWERS}"),
        (
            "/v1/live?language=es&platform=twitch&game_id=11&limit=3",
            f"{LIVE} language = 'es' and game_id = '11' {BY_VIEWERS} limit 3",
        ),
        ("/v1/games/now", "from marts.games_now order by viewer_count desc, game_name, platform, game_id"),
        ("/v1/streamers?limit=1000", "from marts.streamers order by streamer_name, platform, streamer_id"),
    ],
)
def test_a_list_is_what_the_mart_says(rows, sql, path, query):
    found = rows(path)
    assert found == sql(query)
    assert found


def test_popular_tags_add_up_the_streams_that_have_them(rows):
    streams = rows("/v1/live")
    found = {row["tag"]: row for row in rows("/v1/tags/popular")}
    assert set(found) == {"one", "two"}
    for tag, row in found.items():
        having = [stream for stream in streams if tag in map(str.lower, stream["tags"] or [])]
        assert row["stream_count"] == len(having)
        assert row["viewer_count"] == sum(stream["viewer_count"] for stream in having)
        assert row["top_streamer_viewers"] == max(stream["viewer_count"] for stream in having)
    assert rows("/v1/tags/popular?game_id=none") == []


@pytest.mark.parametrize(
    ("path", "query"),
    [
        (f"/v1/streamers/{ID}", f"from marts.streamers {OF_STREAMER} order by platform"),
        (f"/v1/streamers/{ID}/sessions", SESSIONS),
        (
            f"/v1/streamers/{ID}/activity",
            f"from marts.streamer_activity {OF_STREAMER} order by length(period), period",
        ),
        (
            f"/v1/streamers/{ID}?platform=history",
            f"from marts.streamers {OF_STREAMER} and platform = 'history'",
        ),
    ],
)
def test_a_streamer_is_what_the_marts_say(rows, sql, path, query):
    found = rows(path)
    assert found == sql(query, ID)
    assert found


def test_a_session_is_found_by_its_id(rows, sql):
    for session in rows(f"/v1/streamers/{ID}/sessions", limit=3):
        assert rows(f"/v1/sessions/{session['session_id']}") == [session]


def test_a_game_is_found_by_its_id(rows, sql):
    assert rows("/v1/games/7") == sql("from marts.games where game_id = '7'")


def test_ids_are_text_with_every_digit(rows):
    assert rows(f"/v1/streamers/{ID}")[0]["streamer_id"] == "9007199254740993"


@pytest.mark.parametrize("name", AWKWARD)
def test_a_streamer_is_found_by_an_awkward_name_and_nobody_else_is(rows, name):
    found = rows("/v1/streamers", search=name, limit=1000)
    assert f"id {name}" in {row["streamer_id"] for row in found}
    for row in found:
        names = [row["streamer_name"], row["streamer_login"], *(row["earlier_names"] or [])]
        names += row["earlier_logins"] or []
        assert any(name.lower() in known.lower() for known in names if known)


def test_the_closest_names_come_first(rows):
    found = [row["streamer_name"] for row in rows("/v1/streamers", search="STREAMER13", limit=1000)]
    assert found[0] == "Streamer13"
    assert set(found[1:11]) == {f"Streamer13{digit}" for digit in range(10)}


@pytest.mark.parametrize(
    "path",
    [
        "/v1/streamers/nobody",
        "/v1/streamers/nobody/sessions",
        "/v1/streamers/nobody/activity",
        "/v1/sessions/1@2",
        "/v1/games/x",
        "/v1/streamers/9007199254740993.0",
        "/v1/streamers/%27%20or%201=1--",
        f"/v1/streamers/{streamer_id(1)}?platform=history",
    ],
)
def test_an_unknown_id_is_a_404_that_names_it(get, path):
    response = get(path)
    assert response.status_code == 404
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["detail"].startswith("there is no ")


def test_a_known_streamer_without_sessions_has_none(rows):
    assert rows(f"/v1/streamers/{streamer_id(9)}/sessions") == []
