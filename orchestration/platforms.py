"""The platforms as Dagster knows them: each that is described, on or off, and what its parts are called."""

import logging
import re
from collections.abc import Iterable

import dagster as dg

from ingestion.clock import utc_now
from ingestion.platforms.choice import NOT_NAMED, Platform, platforms
from ingestion.platforms.description import TWITCH
from ingestion.platforms.reading import description_files, twitch_first
from ingestion.settings import MissingSetting, Settings
from ingestion.sources.services import tracked_services
from orchestration.services import LOAD, track_job_name

LOG = logging.getLogger(__name__)
# what a job may be called
NAME = re.compile(r"[A-Za-z0-9_]+")


def known_platforms(settings: Settings) -> list[Platform]:
    """Return the platforms, Twitch first; what is wrong with a description of one's own is logged.

    A file that bears no name of a platform is none, and is only told of.

    Raises:
        WrongSettings: AIRTIME_PLATFORMS names a platform that there is not.
    """
    found = sorted(platforms(settings).values(), key=lambda one: twitch_first(one.name))
    for one in found:
        if not one.is_described:
            LOG.warning("platform %s is off: %s", one.name, first_line(one.why_off))
    return [one for one in found if NAME.fullmatch(one.name)]


def are_on(found: Iterable[Platform]) -> bool:
    """Return whether any of these platforms is on."""
    return any(not one.why_off for one in found)


def first_line(why_off: str) -> str:
    """Return the first sentence of why a platform is off: a description may have many faults."""
    return why_off.partition("\n")[0]


def landed_key(platform: str) -> dg.AssetKey:
    """Return the asset of a platform's landed crawls."""
    return dg.AssetKey(["landing", f"{platform}_streams"])


def source_key(platform: str) -> dg.AssetKey:
    """Return the external asset that a platform's crawls are made from."""
    return dg.AssetKey(["helix", "streams"] if platform == TWITCH else ["platforms", platform])


def job_name(platform: str) -> str:
    """Return the job that crawls a platform and loads."""
    return "ingest" if platform == TWITCH else f"ingest_{platform}"


def ingest_jobs(settings: Settings) -> dict[str, str]:
    """Return each job that ingests, Twitch's first, with its platform; descriptions are not read."""
    names = sorted(description_files(settings), key=twitch_first)
    return {job_name(name): name for name in names if NAME.fullmatch(name)}


def jobs_that_are_on(settings: Settings) -> list[str]:
    """Return the jobs of a whole run: crawls of what is on, what is due of tracked items, enrichment, build.

    Raises:
        MissingSetting: no platform is on, and nothing is tracked; the message says what the first platform
            lacks, Twitch if it may.
        WrongSettings: AIRTIME_PLATFORMS names a platform that there is not.
        BadList: `tracked.csv` cannot be read.
    """
    found = known_platforms(settings)
    names = [job_name(one.name) for one in found if not one.why_off]
    asked = [track_job_name(one.name) for one in tracked_services(settings, utc_now())]
    if not names and not asked:
        raise MissingSetting(next(one.why_off for one in found if one.why_off != NOT_NAMED))
    enriched = ["enrich"] if job_name(TWITCH) in names else []
    return [*names, *asked, *([LOAD] if asked else []), *enriched, "build"]
