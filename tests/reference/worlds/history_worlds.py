"""Random imported files: stints of a few streamers with doubles, gaps, blanks and replaced metadata."""

from random import Random

from hypothesis import strategies as st

from tests.reference.worlds.world import HistoryRow, MetadataRow, World, epoch

PLATFORM = "history"
GAMES = ("Duel", "Farm", "Kart", "Maze", "unlisted", "Älg")
STREAMERS = ("ana", "bo", "Cy", "di", "ana2")
DAY = 86400
RECONNECT = 600


@st.composite
def ticks(draw: st.DrawFn, starts: tuple, cadence: int) -> list[int]:
    """Draw up to 60 ticks (epoch seconds): mostly a cadence apart, with gaps up to months.

    Now and then more than 48 hours of ticks, each as far from the next as a session allows.
    """
    longest = (RECONNECT + cadence) // cadence
    reconnects = [longest - 1, longest, longest + 1]
    long_gaps = [max(4, seconds // cadence) for seconds in (3600, DAY, 6 * DAY, 8 * DAY, 35 * DAY)]
    count = draw(st.integers(0, 59))
    gap = st.sampled_from([1] * 40 + [2, 2, 3, 3, 4, 4] + 2 * reconnects + long_gaps)
    gaps = draw(st.lists(gap, min_size=count, max_size=count))
    if draw(st.sampled_from([False] * 9 + [True])):
        gaps = [longest] * (2 * DAY // (longest * cadence) + 3)
    found = [epoch(draw(st.sampled_from(starts))) // cadence * cadence]
    for gap in gaps:
        found.append(found[-1] + gap * cadence)
    return found


@st.composite
def _stint(draw: st.DrawFn, instants: list[int], cadence: int) -> list[HistoryRow]:
    username, game = draw(st.sampled_from(STREAMERS)), draw(st.sampled_from(GAMES))
    anywhere = st.integers(0, len(instants) - 1)
    first = draw(st.one_of(st.just(0), anywhere, anywhere))
    length = draw(st.one_of(st.integers(1, 30), st.just(len(instants) - first)))
    offset = draw(st.integers(0, cadence - 1))
    viewers, viewer_step = draw(st.integers(0, 500)), draw(st.integers(-20, 20))
    followers, follower_step = draw(st.integers(0, 1000)), draw(st.integers(-40, 40))
    blank_every = draw(st.sampled_from((0, 0, 0, 1, 2, 3)))
    return [
        HistoryRow(
            platform=PLATFORM,
            username=username,
            timestamp=instant + offset,
            game=game,
            viewers=max(0, viewers + viewer_step * step),
            followers=None
            if blank_every and step % blank_every == 0
            else max(0, followers + follower_step * step),
        )
        for step, instant in enumerate(instants[first : first + length])
    ]


@st.composite
def _double(draw: st.DrawFn, rows: list[HistoryRow]) -> HistoryRow:
    row = draw(st.sampled_from(rows))
    if draw(st.booleans()):
        return row
    return HistoryRow(
        platform=row.platform,
        username=row.username,
        timestamp=row.timestamp + draw(st.sampled_from((0, 0, 1, -1, 20))),
        game=draw(st.sampled_from((row.game, *GAMES))),
        viewers=draw(st.sampled_from((row.viewers, 0, 77))),
        followers=draw(st.sampled_from((row.followers, None, 500))),
    )


def _metadata(file_sequence: int) -> st.SearchStrategy[list[MetadataRow]]:
    row = st.builds(
        MetadataRow,
        platform=st.just(PLATFORM),
        game=st.sampled_from(GAMES[:4]),
        release_date=st.sampled_from((None, 0, 951782400, 1500000000)),
        publisher=st.sampled_from((None, "Apex Co", "Soil Inc", "Third & Sons")),
        genre=st.sampled_from((None, "FPS", "Simulation", "Racing")),
        file_sequence=st.just(file_sequence),
    )
    return st.lists(row, max_size=7)


@st.composite
def drawn_history(draw: st.DrawFn, starts: tuple) -> World:
    """Draw the world of imported files whose first tick is one of `starts`."""
    cadence = draw(st.sampled_from((60, 60, 300)))
    instants = draw(ticks(starts, cadence))
    count = draw(st.integers(1, 9))
    stints = draw(st.lists(_stint(instants, cadence), min_size=count, max_size=count))
    rows = [row for stint in stints for row in stint]
    rows += draw(st.lists(_double(rows), max_size=8))
    Random(draw(st.integers(0, 2**16))).shuffle(rows)
    metadata = draw(_metadata(1)) + draw(st.one_of(st.just([]), _metadata(2)))
    return World(PLATFORM, cadence, history=rows, metadata=metadata)
