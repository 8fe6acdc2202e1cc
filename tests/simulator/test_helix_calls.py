"""The other Helix calls over real HTTP."""

from datetime import timedelta

from tests.simulator.conftest import AT


def test_users_come_back_by_id_and_by_login_and_unknown_ones_are_dropped(box, world):
    one, two = world.streamers[0], world.streamers[1]
    login = world.names(two.id, AT)[0]
    rows = box.get("users", id=[one.id, "1"], login=[login.upper(), "nobody_at_all"]).json()["data"]
    assert [row["id"] for row in rows] == [one.id, two.id]
    assert rows[0]["broadcaster_type"] == one.broadcaster_type
    assert box.get("users", id="1").json() == {"data": []}


def test_a_renamed_streamer_is_found_by_the_new_login_only(box, world, clock):
    streamer = next(one for one in world.streamers if one.rename_days)
    old = world.names(streamer.id, AT)[0]
    clock.move(streamer.rename_days * 86_400)
    box.login()
    new = world.names(streamer.id, clock.at)[0]
    assert old != new
    assert box.get("users", login=old).json()["data"] == []
    assert box.get("users", login=new).json()["data"][0]["id"] == streamer.id


def test_games_are_found_by_id_name_and_igdb_id_but_not_the_unlisted_ones(box, world):
    chatting, shooter = world.games[0], world.games[1]
    unlisted = next(game for game in world.games if not game.is_listed)
    rows = box.get("games", id=[chatting.id, unlisted.id], igdb_id=shooter.igdb_id).json()["data"]
    assert [row["id"] for row in rows] == [chatting.id, shooter.id]
    assert rows[0]["igdb_id"] == "" and rows[1]["igdb_id"] == shooter.igdb_id
    assert box.get("games", name="Just Chatting").json()["data"] == rows[:1]


def test_top_games_are_in_order_of_their_viewers(box, world):
    rows, after = [], {}
    while True:
        page = box.get("games/top", first=7, **after).json()
        rows += [row["id"] for row in page["data"]]
        if not page["pagination"]:
            break
        after = {"after": page["pagination"]["cursor"]}
    audience = dict.fromkeys((game.id for game in world.games if game.is_listed), -1)
    for stream in world.live(AT):
        if stream.game_id in audience:
            audience[stream.game_id] = max(0, audience[stream.game_id]) + stream.viewers
    counts = [audience[game_id] for game_id in rows]
    assert counts == sorted(counts, reverse=True)
    assert set(rows) == {game_id for game_id, viewers in audience.items() if viewers >= 0}


def test_followers_are_a_total_without_names(box, world):
    streamer = world.streamers[5]
    answer = box.get("channels/followers", broadcaster_id=streamer.id).json()
    assert answer["total"] == world.followers(streamer.id, AT) and answer["data"] == []


def test_a_channel_shows_its_current_or_its_last_game(box, world):
    live = world.live(AT)
    offline = {streamer.id for streamer in world.streamers} - {stream.streamer_id for stream in live}
    wanted = [live[0].streamer_id, *sorted(offline)[:99]]
    rows = {row["broadcaster_id"]: row for row in box.get("channels", broadcaster_id=wanted).json()["data"]}
    assert set(rows) == set(wanted)
    assert rows[live[0].streamer_id]["title"] == live[0].title
    assert sum(bool(row["title"]) for row in rows.values()) > 90


def test_an_archive_gives_a_streams_true_length(box, world):
    before = AT - timedelta(days=7)
    ended = [stream for stream in world.live(before) if stream.streamer_id]
    stream = next(one for one in ended if not world.streamer_by_id[one.streamer_id].is_always_on)
    rows = box.get("videos", user_id=stream.streamer_id, first=100, type="archive").json()["data"]
    video = next(row for row in rows if row["stream_id"] == stream.stream_id)
    truth = world.truth(before - timedelta(days=2), before + timedelta(days=2))
    own = sum(interval.seconds for interval in truth.intervals if interval.stream_id == stream.stream_id)
    hours, rest = divmod(own, 3600)
    written = f"{rest // 60}m{rest % 60}s"
    assert video["duration"] == (f"{hours}h{written}" if hours else written)
    assert box.get("videos", id=[video["id"], "4"]).json()["data"] == [video]
    assert [row["created_at"] for row in rows] == sorted((row["created_at"] for row in rows), reverse=True)


def test_a_stream_that_is_still_on_has_no_archive(box, world):
    stream = world.live(AT)[0]
    rows = box.get("videos", user_id=stream.streamer_id, first=100).json()["data"]
    assert stream.stream_id not in {row["stream_id"] for row in rows}
