"""The raw input of one platform as plain values: what a `World` holds before any definition is applied."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1)


@dataclass(frozen=True)
class Crawl:
    """One pass over everything live; `observed_at` is naive UTC, a whole second."""

    platform: str
    observed_at: datetime
    cadence_seconds: int
    is_complete: bool = True
    is_live: bool = True


@dataclass(frozen=True)
class Observation:
    """One row of a crawl as it was fetched; several rows may be one stream (the greatest position wins)."""

    platform: str
    observed_at: datetime
    stream_id: str | None
    streamer_id: str
    streamer_login: str
    streamer_name: str
    game_id: str | None
    game_name: str | None
    title: str | None
    tags: list[str] | None
    language: str | None
    viewer_count: int
    started_at: datetime | None
    fetched_position: int


@dataclass(frozen=True)
class HistoryRow:
    """One row of an imported streamers file; `timestamp` in epoch seconds."""

    platform: str
    username: str
    timestamp: int
    game: str
    viewers: int
    followers: int | None


@dataclass(frozen=True)
class FollowerReading:
    """A streamer's follower count as the platform gave it at one instant."""

    platform: str
    streamer_id: str
    observed_at: datetime
    follower_count: int | None


@dataclass(frozen=True)
class MetadataRow:
    """One row of an imported games file; a greater `file_sequence` is a newer file."""

    platform: str
    game: str
    release_date: int
    publisher: str
    genre: str
    file_sequence: int


@dataclass(frozen=True)
class HelixGame:
    """A game as the platform knows it; where it leaves `igdb_id` empty, IGDB may have `linked_igdb_id`."""

    id: str
    name: str
    igdb_id: str
    linked_igdb_id: str = ""


@dataclass(frozen=True)
class IgdbGame:
    """A game as IGDB knows it; `first_release_date` in epoch seconds."""

    igdb_id: str
    publishers: list[str]
    genres: list[str]
    genre_slugs: list[str]
    perspective_slugs: list[str]
    first_release_date: int | None


@dataclass(frozen=True)
class User:
    """A streamer's account; `broadcaster_type` is empty, affiliate or partner."""

    id: str
    broadcaster_type: str


@dataclass(frozen=True)
class NameReading:
    """The names of a streamer as the platform gave them when it was asked, other than those before."""

    streamer_id: str
    streamer_login: str
    streamer_name: str
    observed_at: datetime


@dataclass(frozen=True)
class Override:
    """What the user says of a game, in the place of IGDB; None leaves the kind to IGDB."""

    game_id: str
    publisher: str | None
    genre: str | None


@dataclass(frozen=True)
class Video:
    """An archive: the recording of one stream; of several of one stream the longest tells its length."""

    id: str
    stream_id: str | None
    user_id: str
    created_at: datetime
    duration_seconds: int


@dataclass(frozen=True)
class World:
    """All raw input of one platform: live crawls with their reference data, or imported files."""

    platform: str
    cadence_seconds: int
    crawls: list[Crawl] = field(default_factory=list)
    observations: list[Observation] = field(default_factory=list)
    history: list[HistoryRow] = field(default_factory=list)
    follower_readings: list[FollowerReading] = field(default_factory=list)
    metadata: list[MetadataRow] = field(default_factory=list)
    helix_games: list[HelixGame] = field(default_factory=list)
    igdb_games: list[IgdbGame] = field(default_factory=list)
    users: list[User] = field(default_factory=list)
    videos: list[Video] = field(default_factory=list)
    name_readings: list[NameReading] = field(default_factory=list)
    overrides: list[Override] = field(default_factory=list)


def epoch(moment: datetime) -> int:
    """Return naive UTC `moment` as whole epoch seconds."""
    return (moment - EPOCH) // timedelta(seconds=1)


def moment(seconds: int) -> datetime:
    """Return epoch `seconds` as a naive UTC datetime."""
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)
