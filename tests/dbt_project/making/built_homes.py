"""Homes that were built step after step, and copies of them that a test may spoil."""

import shutil
from datetime import datetime, timedelta
from pathlib import Path

from ingestion.settings import Settings
from tests.dbt_project.making.reference_rows import IMPORTED_AT
from tests.dbt_project.making.warehouses import build, land_world, load_worlds
from tests.reference.worlds.small import crawl, live_world, observation
from tests.reference.worlds.world import World

TEN = datetime(2026, 3, 1, 10)
DAYS = (1, 2, 3, 4)


def built(home: Path, steps: list[list[World]]) -> Settings:
    """Land, load and build step after step; return the settings of the warehouse."""
    settings = Settings(AIRTIME_HOME=home)
    for number, worlds in enumerate(steps):
        for world in worlds:
            land_world(settings, world, IMPORTED_AT + timedelta(days=10 * number))
        load_worlds(settings, worlds)
        build(settings, "run")
    return settings


def copied(original: Settings, home: Path) -> Settings:
    """Copy a home to a folder that is not there yet; return the settings of the copy."""
    shutil.copytree(original.root, home)
    return Settings(_env_file=None, AIRTIME_HOME=home)


def two_stretches(day: int) -> World:
    """Return a streamer seen at 10:00 and 10:20, by five crawls, under two stream ids."""
    at = [TEN + timedelta(days=day - 1, minutes=minutes) for minutes in (0, 5, 10, 15, 20)]
    seen = [(at[0], "a"), (at[4], "b")]
    return live_world(
        [crawl(instant) for instant in at],
        [observation(instant, stream_id=f"{stream}{day}") for instant, stream in seen],
    )
