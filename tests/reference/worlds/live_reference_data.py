"""Random reference data beside live crawls: games, users, archives and follower readings."""

from hypothesis import strategies as st

from tests.reference.definitions.observations import counted_observations
from tests.reference.worlds.world import (
    FollowerReading,
    HelixGame,
    IgdbGame,
    NameReading,
    Observation,
    Override,
    User,
    Video,
    World,
    epoch,
    moment,
)

DAY = 86400
GENRES = {"Shooter": "shooter", "Role-playing (RPG)": "role-playing-rpg", "Racing": "racing"}
IGDB_IDS = ("501", "502", "503")


@st.composite
def follower_readings(
    draw: st.DrawFn, platform: str, streamers: tuple, instants: list[int]
) -> list[FollowerReading]:
    """Draw readings at and around the crawls, some of them at the same instant, some without a count."""
    reading = st.builds(
        lambda streamer_id, instant, shift, count: FollowerReading(
            platform, streamer_id, moment(instant + shift), count
        ),
        st.sampled_from(streamers),
        st.sampled_from(instants),
        st.sampled_from((0, 0, 60, 3600, -3600, -DAY, -3 * DAY, 2 * DAY, -7 * DAY)),
        st.one_of(st.integers(0, 1000), st.integers(90, 110), st.none()),
    )
    count = draw(st.integers(0, 14))
    return draw(st.lists(reading, min_size=count, max_size=count))


@st.composite
def igdb_games(draw: st.DrawFn) -> list[IgdbGame]:
    """Draw what IGDB knows of some of its ids: publishers, genres and perspectives may be missing."""
    games = []
    missing = draw(st.sets(st.sampled_from(IGDB_IDS), max_size=1))
    for igdb_id in sorted(set(IGDB_IDS) - missing):
        genres = draw(st.lists(st.sampled_from(list(GENRES)), unique=True, max_size=2))
        games.append(
            IgdbGame(
                igdb_id=igdb_id,
                publishers=draw(st.lists(st.sampled_from(("Apex Co", "Soil Inc", "Trio")), unique=True)),
                genres=genres,
                genre_slugs=[GENRES[genre] for genre in genres],
                perspective_slugs=draw(
                    st.sampled_from(([], ["first-person"], ["third-person", "first-person"]))
                ),
                first_release_date=draw(st.sampled_from((None, -86400, 1500000000))),
            )
        )
    return games


@st.composite
def helix_games(draw: st.DrawFn, world: World, names: dict[str, str]) -> list[HelixGame]:
    """Draw which games Helix knows; each bears the name under which it was last seen."""
    current = dict(names)
    for row in counted_observations(world):
        current[row.game_id] = row.game_name
    missing = draw(st.sets(st.sampled_from(sorted(names)), max_size=2)) | {""}
    igdb_id = st.sampled_from(("", *IGDB_IDS))
    return [
        HelixGame(game_id, current[game_id], draw(igdb_id), draw(igdb_id))
        for game_id in sorted(set(names) - missing)
    ]


@st.composite
def name_readings(draw: st.DrawFn, streamers: tuple, instants: list[int]) -> list[NameReading]:
    """Draw names that the platform gave at and around the crawls, at most one a streamer and instant."""
    reading = st.builds(
        lambda streamer_id, instant, shift, name: NameReading(
            streamer_id, f"{name.lower()}{streamer_id}", name, moment(instant + shift)
        ),
        st.sampled_from(streamers),
        st.sampled_from(instants),
        st.sampled_from((0, 60, -3600, DAY, 20 * DAY)),
        st.sampled_from(("Nova", "Nova_2", "Quasar")),
    )
    return draw(st.lists(reading, max_size=6, unique_by=lambda one: (one.streamer_id, one.observed_at)))


def overrides(game_ids: list[str]) -> st.SearchStrategy[list[Override]]:
    """Draw rows of the user's own publishers and genres; in each one of them may be blank."""
    pairs = (("Own Co", None), (None, "Racing"), ("Own Co", "Own Genre"), ("Apex Co", "FPS"))
    pairs += (("(unknown)", None), (None, "(not a game)"))
    row = st.builds(
        lambda game_id, pair: Override(game_id, *pair), st.sampled_from(game_ids), st.sampled_from(pairs)
    )
    return st.lists(row, max_size=3)


@st.composite
def users(draw: st.DrawFn, streamers: tuple) -> list[User]:
    """Draw accounts of some of the streamers."""
    known = draw(st.lists(st.sampled_from(streamers), unique=True))
    return [User(streamer_id, draw(st.sampled_from(("", "affiliate", "partner")))) for streamer_id in known]


@st.composite
def videos(draw: st.DrawFn, world: World) -> list[Video]:
    """Draw archives of some streams, about as long as what was observed; of a few streams two."""
    newest = {row.stream_id: row for row in counted_observations(world)}
    found = [draw(_video(row, f"a{row.stream_id}")) for row in newest.values() if draw(st.booleans())]
    if newest and draw(st.booleans()):
        found.append(draw(_video(draw(st.sampled_from(list(newest.values()))), "b1")))
    if draw(st.booleans()):
        found.append(Video("c1", None, "100", moment(0), 9 * DAY))
        found.append(Video("c2", "never seen", "100", moment(0), 9 * DAY))
    return found


@st.composite
def _video(draw: st.DrawFn, row: Observation, video_id: str) -> Video:
    created_at = row.started_at or row.observed_at
    observed = epoch(row.observed_at) - epoch(created_at)
    longer = draw(st.sampled_from((0, 1, -1, 20, 600, 4000, DAY, -3600)))
    return Video(video_id, row.stream_id, row.streamer_id, created_at, max(1, observed + longer))
