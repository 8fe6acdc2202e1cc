"""What is said in the simulated rooms: lines as Twitch words them, the same for the same seed."""

from collections.abc import Iterator, Mapping
from itertools import count
from random import Random
from uuid import UUID

from simulator.chat.server import HOST

WORDS = (
    "KEKW",
    "gg",
    "LUL",
    "what",
    "a",
    "play",
    "PogChamp",
    "no",
    "way",
    "hello",
    "from",
    "é",
    "日本",
    "\U0001f525",
)
EMOTES = {"KEKW": "emotesv2_1", "LUL": "425618", "PogChamp": "305954156"}
CHATTERS = 300
# how often each is said, in a thousand
NOTICES = {"sub": 8, "resub": 8, "subgift": 4, "raid": 1, "announcement": 1}
BANS, DELETIONS = 4, 4


def talk(
    rooms: Mapping[str, str], seed: int = 1, start_ms: int = 1_700_000_000_000
) -> Iterator[tuple[str, bytes]]:
    """Yield rooms and lines said there, for ever; `rooms` are logins with ids, `start_ms` when it begins."""
    random, logins = Random(seed), sorted(rooms)
    for number in count():
        room = random.choice(logins)
        at = start_ms + number * 50
        chance = random.randrange(1000)
        if chance < BANS:
            yield room, _ban(random, rooms[room], room, at)
        elif chance < BANS + DELETIONS:
            yield room, _deletion(random, room, at)
        else:
            kind = next((name for name, most in _up_to(BANS + DELETIONS) if chance < most), "")
            yield room, _said(random, rooms[room], room, at, kind)


def _up_to(most: int) -> Iterator[tuple[str, int]]:
    for name, share in NOTICES.items():
        most += share
        yield name, most


def _said(random: Random, room_id: str, room: str, at: int, notice: str) -> bytes:
    chatter = random.randrange(CHATTERS)
    words = random.choices(WORDS, k=random.randint(1, 12))
    text, login = " ".join(words), f"chatter{chatter}"
    tags = {
        "badge-info": f"subscriber/{chatter % 40}" if chatter % 3 == 0 else "",
        "badges": f"subscriber/{chatter % 40 // 3 * 3}" if chatter % 3 == 0 else "",
        "color": "#1E90FF",
        "display-name": login.title(),
        "emotes": "/".join(_emotes(words)),
        "first-msg": str(int(random.random() < 0.02)),
        "id": _id(random),
        "room-id": room_id,
        "subscriber": str(int(chatter % 3 == 0)),
        "tmi-sent-ts": str(at),
        "user-id": str(500_000 + chatter),
    }
    if notice:
        tags |= {"msg-id": notice, "login": login, "system-msg": f"{login} did {notice}!"}
        if notice == "raid":
            tags["msg-param-viewerCount"] = str(random.randint(1, 3000))
        return _line(tags, f"USERNOTICE #{room} :{text}", HOST)
    if random.random() < 0.01:
        tags["bits"] = str(random.choice((1, 100, 500)))
    return _line(tags, f"PRIVMSG #{room} :{text}", f"{login}!{login}@{login}.{HOST}")


def _emotes(words: list[str]) -> Iterator[str]:
    places: dict[str, list[str]] = {}
    begin = 0
    for word in words:
        if word in EMOTES:
            places.setdefault(EMOTES[word], []).append(f"{begin}-{begin + len(word) - 1}")
        begin += len(word) + 1
    for emote, ranges in places.items():
        yield f"{emote}:{','.join(ranges)}"


def _ban(random: Random, room_id: str, room: str, at: int) -> bytes:
    chatter = random.randrange(CHATTERS)
    tags = {"room-id": room_id, "target-user-id": str(500_000 + chatter), "tmi-sent-ts": str(at)}
    if random.random() < 0.8:
        tags["ban-duration"] = str(random.choice((1, 600, 86_400)))
    return _line(tags, f"CLEARCHAT #{room} :chatter{chatter}", HOST)


def _deletion(random: Random, room: str, at: int) -> bytes:
    tags = {
        "login": f"chatter{random.randrange(CHATTERS)}",
        "target-msg-id": _id(random),
        "tmi-sent-ts": str(at),
    }
    return _line(tags, f"CLEARMSG #{room} :{random.choice(WORDS)}", HOST)


def _line(tags: Mapping[str, str], rest: str, sender: str) -> bytes:
    said = ";".join(f"{name}={_escaped(value)}" for name, value in tags.items())
    return f"@{said} :{sender} {rest}".encode()


def _escaped(value: str) -> str:
    for plain, escape in (("\\", "\\\\"), (";", "\\:"), (" ", "\\s"), ("\r", "\\r"), ("\n", "\\n")):
        value = value.replace(plain, escape)
    return value


def _id(random: Random) -> str:
    return str(UUID(int=random.getrandbits(128), version=4))
