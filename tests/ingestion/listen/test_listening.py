"""What a chat delivers is landed once, byte by byte, and every stay says when it began, ended and why."""

import json
from itertools import islice

import pytest

from ingestion.listen import connection, rooms
from simulator.chat.server import Defects, serve_chat
from simulator.chat.talk import talk
from tests.ingestion.listen.listening_to import home, lines_of, listening, stays_of, until, until_joined

ROOMS = {"ana": "11", "bo": "12", "cy": "13"}


@pytest.fixture(autouse=True)
def _in_a_hurry(monkeypatch):
    monkeypatch.setattr(connection, "JOIN_PACE_SECONDS", 0.02)
    monkeypatch.setattr(rooms, "STEP_SECONDS", 0.02)
    monkeypatch.setattr(rooms, "CONNECT_PACE_SECONDS", 0.1)


def heard(chat):
    return [one.delivered for one in chat.hearers]


def test_what_is_said_lands_byte_by_byte_in_order(tmp_path):
    odd = [
        b"@id=1 :x!x@x PRIVMSG #ana :" + b"\xff\xfe broken",
        b"@id=2;" + b";".join(b"t%d=v" % n for n in range(5000)) + b" :x!x@x PRIVMSG #ana :tags",
        b"@id=3 :x!x@x PRIVMSG #ana :" + b"a" * 1_000_000,
        b":x CLEARCHAT",
        b":",
        b"@",
        b" ",
        b"PRIVMSG \x00\x01 nul",
    ]
    with serve_chat(ROOMS) as chat:
        settings = home(tmp_path, chat, *ROOMS)
        with listening(settings) as listener:
            until_joined(listener, 3)
            for room, line in islice(talk(ROOMS), 2000):
                chat.say(room, line)
            for line in odd:
                chat.say("ana", line)
            said = heard(chat)
            until(lambda: listener.health().lines == sum(map(len, said)))
    assert len(said[0]) > 2000
    assert lines_of(settings) == said
    assert list((tmp_path / "spool" / "chat").iterdir()) == []


def test_a_stay_says_when_a_room_was_joined_and_left_and_why(tmp_path):
    with serve_chat(ROOMS) as chat:
        settings = home(tmp_path, chat, "ana")
        with listening(settings) as listener:
            until_joined(listener, 1)
            chat.drop()
            until(lambda: len(chat.hearers) == 2 and listener.health().joined == 1)
    first, second, third, fourth = stays_of(settings)
    assert (first, third) == (("joined", b"11 ana"), ("joined", b"11 ana"))
    assert [one[0] for one in (second, fourth)] == ["left", "left"]
    assert second[1].startswith(b"11 ana ")
    assert fourth[1].endswith(b"the listener ends")


def test_asked_to_reconnect_it_is_in_again_before_it_leaves(tmp_path):
    with serve_chat(ROOMS) as chat:
        settings = home(tmp_path, chat, *ROOMS)
        with listening(settings) as listener:
            until_joined(listener, 3)
            chat.tell(b":tmi.twitch.tv RECONNECT")
            until(lambda: len(chat.hearers) == 2 and not chat.hearers[0].rooms)
            until_joined(listener, 3)
            chat.say("bo", b"@id=9 :x!x@x PRIVMSG #bo :after")
            until(lambda: listener.health().lines == sum(map(len, heard(chat))))
            said = heard(chat)
    assert lines_of(settings) == said
    stays = stays_of(settings)
    assert [kind for kind, _ in stays[:9]] == ["joined"] * 6 + ["left"] * 3
    assert all(payload.endswith(b" replaced") for _, payload in stays[6:9])


def test_a_room_that_does_not_answer_is_asked_three_times_and_then_named(tmp_path, monkeypatch):
    monkeypatch.setattr(rooms, "JOIN_SECONDS", 0.2)
    monkeypatch.setattr(connection, "LOGIN_SECONDS", 5)
    with serve_chat(ROOMS, Defects(deaf={"ana": 2})) as chat:
        settings = home(tmp_path, chat, "ana", "nobody")
        with listening(settings) as listener:
            until(lambda: listener.health().joined == 1 and listener.health().problems)
            health = json.loads((tmp_path / "listen.json").read_text())
            assert listener.health().problems == ["nobody: no answer: renamed, deleted or suspended"]
    assert [room for _, _, room in chat.joins].count("ana") == 3
    assert [room for _, _, room in chat.joins].count("nobody") == 3
    assert health["rooms"] == 2
    assert stays_of(settings)[0] == ("joined", b"11 ana")


def test_a_suspended_room_is_named_and_the_others_are_read(tmp_path):
    defects = Defects(suspended={"bo"})
    with serve_chat(ROOMS, defects) as chat, listening(home(tmp_path, chat, *ROOMS)) as listener:
        until(lambda: listener.health().joined == 2 and listener.health().problems)
        assert listener.health().problems == ["bo: msg_channel_suspended"]


def test_a_login_that_is_another_channels_by_now_is_not_read(tmp_path):
    with serve_chat({"ana": "99"}) as chat:
        settings = home(tmp_path, chat, "11")
        named = {"11": {"channel_id": "11", "login": "ana", "looked_up_at": "2999-01-01T00:00:00"}}
        (tmp_path / "watch-names.json").write_text(json.dumps(named))
        with listening(settings) as listener:
            until(lambda: listener.health().problems)
            assert listener.health().problems == ["ana: the room ana is another channel's now (99)"]
    assert stays_of(settings) == []


@pytest.mark.parametrize(
    ("defects", "why"),
    [
        (Defects(refuses_tags=True), "the chat refuses tags"),
        (Defects(refuses_login=True), "login refused: Login authentication failed"),
    ],
)
def test_a_chat_that_refuses_is_named(tmp_path, defects, why):
    with serve_chat(ROOMS, defects) as chat, listening(home(tmp_path, chat, "ana")) as listener:
        until(lambda: listener.health().problems)
        assert listener.health().problems == [f"a connection ended: {why}"]


def test_a_connection_that_carries_nothing_is_replaced(tmp_path, monkeypatch):
    monkeypatch.setattr(connection, "PING_SECONDS", 0.2)
    monkeypatch.setattr(connection, "PONG_SECONDS", 0.2)
    with serve_chat(ROOMS, Defects(is_silent=True)) as chat:
        settings = home(tmp_path, chat, "ana")
        with listening(settings) as listener:
            until(lambda: len(chat.hearers) == 2)
            chat.defects.is_silent = False
            until_joined(listener, 1)
    assert any(kind == "left" and payload.endswith(b" silent") for kind, payload in stays_of(settings))


def test_the_servers_ping_is_answered_with_its_own_words(tmp_path):
    with serve_chat(ROOMS) as chat, listening(home(tmp_path, chat, "ana")) as listener:
        until_joined(listener, 1)
        chat.tell(b"PING :tmi.twitch.tv")
        until(lambda: "PONG :tmi.twitch.tv" in chat.hearers[0].sent)


def test_a_line_without_end_is_cut_and_the_next_one_is_whole(tmp_path, monkeypatch):
    monkeypatch.setattr(connection, "MOST_LINE_BYTES", 100_000)
    with serve_chat(ROOMS) as chat:
        settings = home(tmp_path, chat, "ana")
        with listening(settings) as listener:
            until_joined(listener, 1)
            chat.write(b"x" * 500_000)
            chat.write(b"\r\n@id=1 :x!x@x PRIVMSG #ana :whole\r\n")
            until(lambda: listener.health().lines == len(chat.hearers[0].delivered) + 1)
    assert lines_of(settings)[0][-1] == b"@id=1 :x!x@x PRIVMSG #ana :whole"
