"""Compares the marts of a warehouse with the reference, cell by cell and to the last digit."""

import math

from ingestion.settings import Settings
from tests.dbt_project.making.warehouses import mart_rows
from tests.reference.definitions.metadata import TWITCH
from tests.reference.definitions.one_platform import NO_TWITCH
from tests.reference.marts import across_platforms, marts
from tests.reference.worlds.world import World

KEY_COLUMNS = {
    "monthly_activity": 2,
    "rank_streamers": 4,
    "rank_games": 4,
    "rank_publishers": 4,
    "rank_genres": 4,
    "rank_languages": 4,
    "rank_tags": 4,
    "sessions": 2,
    "streamer_activity": 3,
    "hourly_activity": 2,
    "games_now": 2,
    "rank_follower_growth": 5,
    "live_now": 2,
    "crawls": 2,
    "streamers": 2,
    "games": 2,
}
ACROSS = "games_across_platforms"


def differences(
    settings: Settings, worlds: list[World], besides: str = "", **options: str | int
) -> list[str]:
    """Return, as sentences, every way in which the marts are not what the reference says.

    Of the platform `besides` the reference knows nothing, nor of what spans platforms then.
    """
    twitch = next((world for world in worlds if world.platform == TWITCH), NO_TWITCH)
    references = [marts(world, twitch=twitch, **options) for world in worlds]
    found = []
    if not besides:
        expected = across_platforms(worlds, **options)
        found += [f"{ACROSS} {line}" for line in _compare(expected, mart_rows(settings, ACROSS, 4))]
    for mart, keys in KEY_COLUMNS.items():
        expected = {key: row for reference in references for key, row in reference[mart].items()}
        actual = {key: row for key, row in mart_rows(settings, mart, keys).items() if key[0] != besides}
        found += [f"{mart} {line}" for line in _compare(expected, actual)]
    return found


def _is_equal(column: str, actual: object, expected: object) -> bool:
    if column.endswith("_error") and actual is not None and expected is not None:
        return math.isclose(actual, expected, rel_tol=1e-12)  # a square root is no ratio of whole numbers
    return actual == expected


def _compare(expected: dict[tuple, dict], actual: dict[tuple, dict]) -> list[str]:
    lines = [f"{key} is missing" for key in expected.keys() - actual.keys()]
    lines += [f"{key} should not be there" for key in actual.keys() - expected.keys()]
    for key in expected.keys() & actual.keys():
        for column, value in expected[key].items():
            if column not in actual[key]:
                lines.append(f"{key} has no column {column}")
            elif not _is_equal(column, actual[key][column], value):
                lines.append(f"{key}.{column} is {actual[key][column]!r}, not {value!r}")
    return sorted(lines)
