"""Who is watched is found by id, whoever has the login by now, and a ranking is followed by itself."""

from datetime import UTC, datetime, timedelta

import pytest

from ingestion.csv_list import BadList
from ingestion.watch.names import known_channels
from ingestion.watch.wanted import wanted_channels
from ingestion.watch.watch_list import Top, Watched, add_watched, parse_streamer, read_watched, remove_watched
from simulator.truth.world import World
from tests.ingestion.commands import ingestion, sentence
from tests.ingestion.fake_twitch import CLIENT_ID, SECRET
from tests.ingestion.of_twitch import crawl_streams
from tests.ingestion.simulated import simulated

START = datetime(2026, 3, 1, 18, 0)
WORLD = World(seed=1, streamers=60)


@pytest.fixture(scope="module")
def box(tmp_path_factory):
    with simulated(tmp_path_factory.mktemp("watching"), WORLD, START) as served:
        yield served


@pytest.fixture
def settings(box, tmp_path):
    return box.settings.model_copy(update={"home": tmp_path})


def listed(settings, *lines):
    (settings.root / "watch.csv").write_text("\n".join(["platform,streamer,since", *lines]) + "\n")


def test_who_is_listed_by_login_is_watched_by_id_under_whatever_login(settings, box):
    renamed, at = WORLD.renames(START, START + timedelta(days=60))[0]
    login, _ = WORLD.names(renamed, START)
    listed(settings, f"twitch,{login},2026-03-01")
    assert wanted_channels(settings, box.clock.now) == ({login: renamed}, [])
    later, _ = WORLD.names(renamed, at)
    box.clock.moment = at + timedelta(days=1)
    try:
        assert wanted_channels(settings, box.clock.now) == ({later: renamed}, [])
    finally:
        box.clock.moment = START


def test_logins_are_asked_for_once_a_day(settings, box):
    names = [WORLD.names(one.id, START)[0] for one in WORLD.streamers[:3]]
    listed(settings, *(f"twitch,{name}," for name in names))
    before = box.calls("/helix/users")
    for _ in range(3):
        assert len(wanted_channels(settings, box.clock.now)[0]) == 3
    assert box.calls("/helix/users") == before + 1


def test_whom_nobody_knows_is_named_and_the_others_are_watched(settings, box):
    ana = WORLD.streamers[0]
    listed(
        settings,
        "twitch,nobody_at_all,",
        f"twitch,{ana.id},",
        "twitch,99999999999,",
        "kick,ana,",
        "twitch,a b,",
    )
    wanted, faults = wanted_channels(settings, box.clock.now)
    assert wanted == {WORLD.names(ana.id, START)[0]: ana.id}
    path = settings.root / "watch.csv"
    assert faults == [
        f"{path}, line 5: 'kick' has no chat that can be read; it can be twitch",
        f"{path}, line 6: 'a b' is no login (letters, digits and _), no id and no top N in a game",
        "nobody_at_all is on the watch list, and Twitch knows no such channel",
        "99999999999 is on the watch list, and Twitch knows no such channel",
    ]


def test_without_credentials_logins_are_believed_and_ids_are_named(settings):
    without = settings.model_copy(update={"twitch_client_id": ""})
    listed(without, "twitch,Ana,", "twitch,11,")
    wanted, faults = wanted_channels(without, lambda: START)
    assert wanted == {"ana": None}
    assert faults[0].startswith("11 is an id whose login is not known: TWITCH_CLIENT_ID is not set")


def test_a_ranking_is_followed_by_the_crawls_of_the_last_hour(settings, box):
    crawled = box.settings.model_copy(update={"home": settings.root})
    box.clock.moment = START
    crawl_streams(crawled, now=box.clock.now, sleep=box.clock.sleep)
    live = sorted(WORLD.live(START), key=lambda one: (-one.viewers, one.streamer_id))
    listed(settings, "twitch,top 3,")
    wanted, faults = wanted_channels(settings, box.clock.now)
    assert faults == []
    assert list(wanted.values()) == [one.streamer_id for one in live[:3]]
    game = live[0].game_name
    listed(settings, f"twitch,top 2 in {game.upper()},")
    first = [one.streamer_id for one in live if one.game_name == game][:2]
    assert sorted(wanted_channels(settings, box.clock.now)[0].values()) == sorted(first)
    long_after = START + timedelta(hours=2)
    wanted, faults = wanted_channels(settings, lambda: long_after)
    assert wanted == {}
    hour = "the hour before 2026-03-01 20:00 UTC"
    assert faults == [f"top 2 in {game.upper()}: no complete crawl of {hour} has anybody there"]


def test_what_is_added_is_listed_and_what_is_removed_is_not(settings):
    day = datetime(2026, 3, 1, tzinfo=UTC).date()
    for one in (Watched("11", day), Top(50, "Just Chatting", day)):
        add_watched(settings, one)
        with pytest.raises(BadList, match="is watched already"):
            add_watched(settings, one)
    assert read_watched(settings) == ([Watched("11", day), Top(50, "Just Chatting", day)], [])
    remove_watched(settings, Top(50, "Just Chatting"))
    assert read_watched(settings)[0] == [Watched("11", day)]
    with pytest.raises(BadList, match="is not watched"):
        remove_watched(settings, Watched("ana"))


@pytest.mark.parametrize(
    "text", ["", "a" * 26, "top 0", "top 5000", "x;y", "ana\r\nQUIT", "é", "#", "../etc"]
)
def test_a_hostile_login_is_refused(text):
    with pytest.raises(ValueError, match="is no login|is followed for"):
        parse_streamer(text)


def test_adding_asks_once_and_keeps_the_id(settings, box):
    ana = WORLD.streamers[0]
    login, _ = WORLD.names(ana.id, START)

    def watch(*arguments):
        return ingestion(
            settings.root,
            "watch",
            *arguments,
            TWITCH_CLIENT_ID=CLIENT_ID,
            TWITCH_CLIENT_SECRET=SECRET,
            HELIX_URL=settings.helix_url,
            TWITCH_TOKEN_URL=settings.token_url,
        )

    assert watch("add", login.upper()).stdout == f"{login} ({ana.id}) is watched\n"
    again = sentence(watch("add", login), 2)
    assert again == f"{ana.id} is watched already; see python -m ingestion watch list"
    assert (
        sentence(watch("add", "nobody_at_all"), 2)
        == "Twitch knows no channel nobody_at_all; nothing was added"
    )
    assert watch("top", "5", "--game", "Chess").returncode == 0
    said = watch("list").stdout
    assert said.startswith(f"{login} ({ana.id}) since ")
    assert "top 5 in Chess since " in said
    assert watch("remove", login).returncode == 0
    assert watch("list").stdout.startswith("top 5 in Chess")
    assert known_channels(settings)[login].channel_id == ana.id
