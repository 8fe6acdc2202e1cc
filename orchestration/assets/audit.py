"""Warns when the newest crawl of a platform is out of line with the ones before it."""

import dagster as dg

from ingestion.clock import utc_now
from ingestion.landing.audit import COMPARED_CRAWLS, newest_crawls, out_of_line, usual_streams
from ingestion.platforms.choice import Platform
from ingestion.settings import Settings
from orchestration.platforms import landed_key


def crawl_is_in_line(platform: Platform) -> dg.AssetChecksDefinition:
    """Return the check of a platform's landed crawls."""

    @dg.asset_check(
        asset=landed_key(platform.name),
        name="crawl_is_in_line",
        description="Is the crawl complete, with few doubles and about as many streams as those before it?",
    )
    def is_in_line() -> dg.AssetCheckResult:
        """Reads the audit records of the newest landed crawls; warns, and never fails a run."""
        crawls = newest_crawls(Settings().landing, platform.name, COMPARED_CRAWLS + 1, utc_now())
        found = out_of_line(crawls)
        usual = usual_streams(crawls) if crawls else None
        metadata = {"streams": crawls[0].streams, "doubles": crawls[0].doubles} if crawls else {}
        return dg.AssetCheckResult(
            passed=not found,
            severity=dg.AssetCheckSeverity.WARN,
            description="; ".join(found),
            metadata=metadata | ({"usual_streams": usual} if usual is not None else {}),
        )

    return is_in_line
