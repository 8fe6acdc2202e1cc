"""Random live crawls: irregular, incomplete, with doubles, parallel streams, renames and late starts."""

from dataclasses import dataclass, replace

from hypothesis import strategies as st

from tests.reference.worlds.live_reference_data import (
    follower_readings,
    helix_games,
    igdb_games,
    name_readings,
    overrides,
    users,
    videos,
)
from tests.reference.worlds.world import Crawl, Observation, World, epoch, moment

PLATFORM = "twitch"
STREAMERS = ("100", "101", "102", "103", "104")
DISPLAY_NAMES = ("Nova", "Nova", "Ärla", "dora", "Echo")
GAME_NAMES = {"": "", "1": "Duel", "2": "Farm", "509658": "Just Chatting", "4": "Kart", "9": "Nowhere Listed"}
DESCRIPTIONS = (
    st.sampled_from(("", 'hello, "world"', "zwölf Stunden")),
    st.sampled_from(
        (None, [], ["English"], ["Chill", "English", "FPS"], ["Chill", "Chill", "", " "], ["Ärger"])
        + (["chill", "CHILL "], ["ENGLISH", "fps"], ["a\u0308rger", "\u3000ÄRGER"], ["Straße", "STRASSE"])
    ),
    st.sampled_from(("en", "de", "other", None, "")),
)
DAY = 86400
RECONNECT = 600


@dataclass(frozen=True)
class Scene:
    """When the crawls were, and from which crawl on a streamer or game bears its second name."""

    instants: list[int]
    cadence: int
    renamed_streamers: dict[str, int]
    renamed_games: dict[str, int]

    def streamer_name(self, streamer_id: str, index: int) -> str:
        """Return a streamer's display name in a crawl."""
        name = DISPLAY_NAMES[STREAMERS.index(streamer_id)]
        return f"{name}_2" if index >= self.renamed_streamers.get(streamer_id, len(self.instants)) else name

    def game_name(self, game_id: str, index: int) -> str:
        """Return a game's name in a crawl; of the empty category always empty."""
        name = GAME_NAMES[game_id]
        return f"{name} II" if index >= self.renamed_games.get(game_id, len(self.instants)) and name else name

    def first_beyond_reconnecting(self, index: int) -> int:
        """Return the first crawl too late for a new stream to belong to the session of crawl `index`."""
        latest = self.instants[index] + RECONNECT + self.cadence
        return sum(1 for instant in self.instants if instant <= latest)

    def sighting(self, streamer_id: str, game_id: str, index: int) -> tuple[str, str, str, str, str]:
        """Return streamer id, login and name, game id and name as a crawl gives them."""
        name = self.streamer_name(streamer_id, index)
        return streamer_id, name.lower() + streamer_id, name, game_id, self.game_name(game_id, index)


@st.composite
def _scene(draw: st.DrawFn, starts: tuple, cadence: int) -> Scene:
    usual = [cadence] * 30 + [cadence + 7, cadence - 9, cadence // 3, 2 * cadence, 3 * cadence]
    border = [7 * cadence // 2, 7 * cadence // 2 + 1, 4 * cadence]
    border += [RECONNECT + cadence, RECONNECT + cadence + 1]
    long_gaps = [3600, 5 * 3600, DAY, 2 * DAY, 2 * DAY - cadence, 8 * DAY, 40 * DAY]
    count = draw(st.integers(0, 40))
    gaps = draw(st.lists(st.sampled_from(usual + border + long_gaps), min_size=count, max_size=count))
    instants = [epoch(draw(st.sampled_from(starts)))]
    for gap in gaps:
        instants.append(instants[-1] + gap)
    index = st.integers(1, len(instants))
    renamed_streamers = draw(st.dictionaries(st.sampled_from(STREAMERS), index, max_size=5))
    renamed_games = draw(st.dictionaries(st.sampled_from(list(GAME_NAMES)), index, max_size=3))
    return Scene(instants, cadence, renamed_streamers, renamed_games)


@st.composite
def _started_at(draw: st.DrawFn, instants: list[int], first: int) -> int | None:
    at, previous = instants[first], instants[max(0, first - 1)]
    around_the_gap = (previous - 1, previous, previous + 1)
    return draw(
        st.sampled_from((None, None, at + 20, at + 20, at, at - 30, at - 3600, at - DAY, *around_the_gap))
    )


@st.composite
def _length(draw: st.DrawFn, scene: Scene, first: int) -> int:
    """Draw in how many crawls a stream is: often all but the newest few."""
    remaining = len(scene.instants) - first
    length = draw(st.one_of(st.integers(1, 25), st.integers(remaining - 3, remaining)))
    return min(max(1, length), remaining)


@st.composite
def _stream(
    draw: st.DrawFn, scene: Scene, streamer_id: str, stream_id: str, started: int | None, first: int
) -> list[Observation]:
    length, absent_every = draw(_length(scene, first)), draw(st.sampled_from((0, 0, 2, 3, 5)))
    games = draw(st.lists(st.sampled_from(list(GAME_NAMES)), min_size=1, max_size=2))
    viewers, viewer_step = draw(st.integers(0, 500)), draw(st.integers(-20, 20))
    described = draw(st.lists(st.tuples(*DESCRIPTIONS), min_size=1, max_size=2))
    rows = []
    for step, index in enumerate(range(first, first + length)):
        if absent_every and (step + 1) % absent_every == 0:
            continue
        seen = scene.sighting(streamer_id, games[step * len(games) // length], index)
        viewer_count = max(0, viewers + viewer_step * step)
        rows.append(
            Observation(
                PLATFORM,
                moment(scene.instants[index]),
                stream_id,
                *seen,
                *described[step * len(described) // length],
                viewer_count,
                None if started is None else moment(started),
                0,
            )
        )
    return rows


@st.composite
def _broadcast(draw: st.DrawFn, scene: Scene, number: int) -> list[Observation]:
    """Draw a streamer's streams one after another, with breaks about as long as a reconnect may take."""
    streamer_id = draw(st.sampled_from(STREAMERS))
    first = draw(st.integers(0, len(scene.instants) - 1))
    rows: list[Observation] = []
    started: dict[str, int | None] = {}
    for part in range(draw(st.sampled_from((1, 1, 1, 2, 3)))):
        stream_id = f"{40000 + 10 * number + draw(st.sampled_from((0, part, part)))}"
        if stream_id not in started:
            started[stream_id] = draw(_started_at(scene.instants, first))
        rows += draw(_stream(scene, streamer_id, stream_id, started[stream_id], first))
        last = scene.instants.index(epoch(rows[-1].observed_at))
        beyond = scene.first_beyond_reconnecting(last)
        first = draw(st.sampled_from((last + 1, max(last + 1, beyond - 1), beyond, beyond + 1)))
        if first >= len(scene.instants):
            break
    return rows


@st.composite
def _rows(draw: st.DrawFn, scene: Scene) -> list[Observation]:
    count = draw(st.sampled_from((0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 6, 7, 8, 9)))
    broadcasts = [draw(_broadcast(scene, number)) for number in range(count)]
    fetched = [row for broadcast in broadcasts for row in broadcast]
    rows = [replace(row, fetched_position=10 * position + 5) for position, row in enumerate(fetched)]
    if not rows:
        return rows
    again = draw(
        st.lists(
            st.tuples(st.sampled_from(rows), st.sampled_from((-1, 1, 5000)), st.integers(0, 600)),
            max_size=6,
            unique_by=lambda double: (double[0].fetched_position, double[1]),
        )
    )
    return rows + [
        replace(row, fetched_position=row.fetched_position + shift, viewer_count=viewers)
        for row, shift, viewers in again
    ]


@st.composite
def drawn_live(draw: st.DrawFn, starts: tuple) -> World:
    """Draw the world of live crawls whose first crawl is at one of `starts`."""
    cadence = draw(st.sampled_from((60, 300, 600, 75)))
    scene = draw(_scene(starts, cadence))
    incomplete = draw(st.sets(st.integers(0, len(scene.instants) - 1), max_size=4))
    crawls = [
        Crawl(PLATFORM, moment(instant), cadence, is_complete=index not in incomplete)
        for index, instant in enumerate(scene.instants)
    ]
    world = World(
        platform=PLATFORM,
        cadence_seconds=cadence,
        crawls=crawls,
        observations=draw(_rows(scene)),
        follower_readings=draw(follower_readings(PLATFORM, STREAMERS, scene.instants)),
        igdb_games=draw(igdb_games()),
        users=draw(users(STREAMERS)),
        name_readings=draw(name_readings(STREAMERS, scene.instants)),
        overrides=draw(overrides(sorted(set(GAME_NAMES) - {""}))),
    )
    return replace(world, helix_games=draw(helix_games(world, GAME_NAMES)), videos=draw(videos(world)))
