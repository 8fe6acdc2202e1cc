"""Warns when the newest crawl is out of line with the ones before it."""

import dagster as dg

from ingestion.clock import utc_now
from ingestion.crawl.one_crawl import PLATFORM
from ingestion.landing.audit import COMPARED_CRAWLS, newest_crawls, out_of_line, usual_streams
from ingestion.settings import Settings
from orchestration.assets.ingest import LANDED_STREAMS


@dg.asset_check(
    asset=LANDED_STREAMS,
    description="Is the crawl complete, with few doubles and about as many streams as the ones before it?",
)
def crawl_is_in_line() -> dg.AssetCheckResult:
    """Reads the audit records of the newest landed crawls; warns, and never fails a run."""
    crawls = newest_crawls(Settings().landing, PLATFORM, COMPARED_CRAWLS + 1, utc_now())
    found = out_of_line(crawls)
    usual = usual_streams(crawls) if crawls else None
    metadata = {"streams": crawls[0].streams, "doubles": crawls[0].doubles} if crawls else {}
    return dg.AssetCheckResult(
        passed=not found,
        severity=dg.AssetCheckSeverity.WARN,
        description="; ".join(found),
        metadata=metadata | ({"usual_streams": usual} if usual is not None else {}),
    )
