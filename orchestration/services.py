"""The tracked services as Dagster knows them: which there are, and what their parts are called."""

import logging
import re

import dagster as dg

from ingestion.clock import utc_now
from ingestion.csv_list import BadList
from ingestion.settings import Settings
from ingestion.sources.reading import read_catalogue
from ingestion.sources.services import TrackedService, services_of, tracked_services

LOG = logging.getLogger(__name__)
LOAD = "load"


def known_services(settings: Settings) -> list[TrackedService]:
    """Return the services of which something is tracked; while the list cannot be read, all of them.

    So the runs of those that are tracked go on to be started, and say what is wrong with the list.
    """
    try:
        return tracked_services(settings, utc_now())
    except BadList as fault:
        LOG.warning("%s", fault)
        return services_of(read_catalogue(settings))


def landed_answers_key(service: str) -> dg.AssetKey:
    """Return the asset of a service's landed answers."""
    return dg.AssetKey(["landing", "tracked", service])


def service_key(service: str) -> dg.AssetKey:
    """Return the external asset that is asked."""
    return dg.AssetKey(["services", service])


def track_job_name(service: str) -> str:
    """Return the job that asks a service for what is due."""
    return f"track_{in_a_name(service)}"


def track_jobs(settings: Settings) -> list[str]:
    """Return the jobs that track, and the one that loads their answers."""
    names = [track_job_name(one.name) for one in known_services(settings)]
    return [*names, *([LOAD] if names else [])]


def in_a_name(text: str) -> str:
    """Return a text as it can be part of a name: letters, digits and underscores."""
    return re.sub(r"\W", "_", text, flags=re.ASCII)
