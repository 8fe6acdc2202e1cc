"""The mart of games across platforms: only periods that all the platforms in it cover are added up."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from tests.reference.definitions.measures import Measure, hours, measure_by, ranks, ratio
from tests.reference.definitions.observations import NO_CATEGORY, listed_game_id
from tests.reference.definitions.one_platform import Platform
from tests.reference.definitions.periods import ROLLING_PERIODS, Period

Sums = dict[str, dict[str, Measure]]


def games_across_platforms(platforms: Iterable[Platform], depth: int) -> dict[tuple, dict]:
    """Return games_across_platforms: key (platform, period, period_start, game_id)."""
    crawled = {one.id: one for one in platforms if one.crawl_seconds and not one.world.history}
    names = _names(crawled)
    rows = {}
    for period, covering in _compared(crawled):
        absent = sorted(crawled.keys() - set(covering))
        common = {
            "period_end": period.end,
            "is_closed": all(crawled[name].calendar.is_closed(period) for name in covering),
            "platforms": covering,
            "absent_platforms": absent,
        }
        sums = {name: _sums(crawled[name], period) for name in covering}
        for (game_id, name), row in _rows_of(sums, depth):
            own = {"game_name": names[game_id], "coverage": crawled[name].calendar.coverage(period)}
            rows[name, period.name, period.start, game_id] = common | row | own
    return rows


def _compared(crawled: dict[str, Platform]) -> Iterator[tuple[Period, list[str]]]:
    """Yield each period with the platforms that cover it."""
    found: dict[Period, dict[str, int]] = defaultdict(dict)
    for name, platform in crawled.items():
        for period in platform.ranked_periods():
            if seconds := platform.covered_seconds(period):
                found[period][name] = seconds
    newest = {
        name: max((one.start for one in found if one.name == name), default=None) for name in ROLLING_PERIODS
    }
    for period, seconds in found.items():
        if period.start == newest.get(period.name, period.start):
            most = max(seconds.values())
            yield period, sorted(name for name, covered in seconds.items() if 10 * covered >= 9 * most)


def _sums(platform: Platform, period: Period) -> dict[str, Measure]:
    shared = platform.shared_ids
    return measure_by(platform.within(period), lambda one: [shared[listed_game_id(one.row)]])


def _rows_of(sums: Sums, depth: int) -> Iterator[tuple[tuple[str, str], dict]]:
    watched: dict[str, int] = defaultdict(int)
    for of_platform in sums.values():
        for game_id, group in of_platform.items():
            watched[game_id] += group.viewer_seconds
    places = ranks({game_id: seconds for game_id, seconds in watched.items() if game_id != NO_CATEGORY})
    for name, of_platform in sums.items():
        for game_id, group in of_platform.items():
            if places.get(game_id, 0) <= depth:
                yield (
                    (game_id, name),
                    {
                        "rank": places.get(game_id),
                        "hours_watched": hours(group.viewer_seconds),
                        "game_hours_watched": hours(watched[game_id]),
                        "hours_broadcast": hours(group.seconds),
                        "unique_streamers": len(group.streamers),
                        "share": ratio(group.viewer_seconds, watched[game_id]),
                    },
                )


def _names(crawled: dict[str, Platform]) -> dict[str, str]:
    """Return what each game is called: by Twitch, else the first name that a platform has for it."""
    names: dict[str, str] = {}
    for platform in crawled.values():
        for game_id, shared_id in platform.shared_ids.items():
            own = platform.game_names[game_id] or game_id if game_id in platform.game_names else game_id
            called = platform.twitch.names.get(shared_id, own)
            names[shared_id] = min(names.get(shared_id, called), called)
    return names
