"""The mart `sessions`: when each began and ended, what was streamed and to how many."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from tests.reference.definitions.measures import hours, measure, ratio
from tests.reference.definitions.observations import complete_crawls, listed_game_id
from tests.reference.definitions.one_platform import Platform
from tests.reference.definitions.sessions import LONGEST_SECONDS, Session
from tests.reference.worlds.world import Video, epoch, moment


def sessions(platform: Platform, absent_crawls_to_close: int) -> dict[tuple, dict]:
    """Return sessions: key (platform, session_id).

    Args:
        platform: what is measured.
        absent_crawls_to_close: a session that as many complete crawls have missed is over.
    """
    lengths = _stream_lengths(platform.world.videos)
    live = _live_sessions(platform, absent_crawls_to_close)
    return {
        (platform.id, session.session_id): {
            "streamer_id": session.streamer_id,
            "streamer_name": platform.streamer_names[session.streamer_id],
            "is_live": session.session_id in live,
            **_times(session, lengths, platform.crawl_seconds),
            **_figures(platform, session),
        }
        for session in platform.sessions
    }


def _stream_lengths(videos: list[Video]) -> dict[str, int]:
    lengths: dict[str, int] = {}
    for video in videos:
        if video.stream_id is not None:
            lengths[video.stream_id] = max(video.duration_seconds, lengths.get(video.stream_id, 0))
    return lengths


def _live_sessions(platform: Platform, absent_crawls_to_close: int) -> set[str]:
    crawls = [epoch(crawl.observed_at) for crawl in complete_crawls(platform.world) if crawl.is_live]
    newest = {session.streamer_id: session for session in platform.sessions}
    live = set()
    for session in newest.values():
        last_seen = session.observations[-1].at
        missed_by = [at for at in crawls if at > last_seen]
        if crawls and len(missed_by) < absent_crawls_to_close:
            live.add(session.session_id)
    return live


def _times(session: Session, lengths: dict[str, int], crawls: Iterable[int]) -> dict:
    missed_by = [at for at in crawls if at > session.observations[-1].at]
    ended_at = _ended_at(session, lengths, moment(min(missed_by)) if missed_by else None)
    started_at = _started_at(session)
    return {
        "started_at": started_at,
        "ended_at": ended_at,
        "duration_hours": hours(max(0, epoch(ended_at) - epoch(started_at))),
    }


def _started_at(session: Session) -> datetime:
    first = session.observations[0].row
    longest = timedelta(seconds=LONGEST_SECONDS)
    if session.part == 0 and first.started_at is not None and first.observed_at - first.started_at < longest:
        return first.started_at
    return first.observed_at


def _ended_at(session: Session, lengths: dict[str, int], missed_at: datetime | None) -> datetime:
    """Return the end that the archive tells, at most the crawl that missed the stream, if one has."""
    last = session.observations[-1].row
    if session.is_cut_off or last.started_at is None or last.stream_id not in lengths or missed_at is None:
        return last.observed_at
    archive_end = last.started_at + timedelta(seconds=lengths[last.stream_id])
    return max(last.observed_at, min(archive_end, missed_at))


def _figures(platform: Platform, session: Session) -> dict:
    total = measure(session.observations)
    rows = [one.row for one in session.observations]
    return {
        "airtime_hours": hours(total.seconds),
        "hours_watched": hours(total.viewer_seconds),
        "average_viewers": ratio(total.viewer_seconds, total.seconds),
        "peak_viewers": total.peak_viewers,
        "main_game": platform.main_game(session.observations),
        "games_played": len({listed_game_id(row) for row in rows}),
        "stream_ids": sorted({row.stream_id for row in rows if row.stream_id is not None}),
    }
