"""Lines of chat are read as the message tags' specification says, whatever they hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.listen.irc import BadLine, parse_line, unescape
from simulator.chat.talk import talk

NAMES = st.from_regex(r"[a-z][a-z0-9-]{0,12}", fullmatch=True)
VALUES = st.text(
    st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), min_size=1, max_size=20
)
WORDS = st.from_regex(r"[#a-z0-9_]{1,12}", fullmatch=True).filter(lambda word: word[0] != ":")
ESCAPES = {"\\": "\\\\", ";": "\\:", " ": "\\s", "\r": "\\r", "\n": "\\n"}


def escaped(value):
    return "".join(ESCAPES.get(one, one) for one in value)


@given(st.dictionaries(NAMES, VALUES), NAMES, st.lists(WORDS, max_size=4), VALUES)
def test_what_was_put_into_a_line_is_read_from_it(tags, sender, words, text):
    said = ";".join(f"{name}={escaped(value)}" for name, value in tags.items())
    text = text.replace("\r", "").replace("\n", "")
    raw = f"{'@' + said + ' ' if tags else ''}:{sender}!{sender}@host {' '.join(['PRIVMSG', *words])} :{text}"
    line = parse_line(raw.encode())
    assert (line.tags, line.sender, line.command) == (tags, sender, "PRIVMSG")
    assert line.parameters == (*words, text)


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        ("a\\:b", "a;b"),
        ("a\\\\sb", "a\\sb"),
        ("\\\\\\s", "\\ "),
        ("a\\bc", "abc"),
        ("a\\", "a"),
        ("a\\\\", "a\\"),
    ],
)
def test_escapes_of_a_tag_are_undone(value, meant):
    assert unescape(value) == meant


def test_an_empty_tag_is_a_missing_one():
    assert parse_line(b"@a=;b;c=1 PING").tags == {"c": "1"}


@given(st.binary(max_size=200))
def test_no_bytes_whatever_do_more_than_be_no_line(raw):
    try:
        parse_line(raw)
    except BadLine:
        assert True


def test_all_that_is_said_in_the_simulated_rooms_has_a_room_and_a_time():
    for (room, raw), _ in zip(talk({"ana": "11", "bo": "12"}), range(3000), strict=False):
        line = parse_line(raw)
        assert line.room == room
        assert line.tags["tmi-sent-ts"].isdigit()
