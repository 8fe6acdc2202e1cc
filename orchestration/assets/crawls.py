"""The assets of crawls: what lies outside, and one crawl of each platform, landed."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import dagster as dg

from ingestion.client.http import WrongAddress
from ingestion.clock import utc_now
from ingestion.crawl.running import CrawlOutcome
from ingestion.exits import Busy, Refused
from ingestion.landing.files import STREAMS_SCHEMA
from ingestion.platforms.choice import Platform
from ingestion.platforms.crawl import crawl
from ingestion.settings import Settings
from orchestration.platforms import first_line, landed_key, source_key

# Twice within the cadence; after that the next crawl comes anyway.
CRAWL_RETRY = dg.RetryPolicy(max_retries=2, delay=10, backoff=dg.Backoff.EXPONENTIAL)
# What trying again would not mend: settings, credentials, descriptions, another crawl of the platform.
NOT_TO_BE_RETRIED = (Refused, Busy, WrongAddress)

IMPORTS = dg.AssetSpec(
    dg.AssetKey(["landing", "imports"]),
    description="Imported tables (`make import`), one Parquet file per table.",
    group_name="land",
    kinds={"parquet", "file"},
)
ASKED_FOR_TWITCH = {
    ("helix", "streams"): "Helix Get Streams: everything that is live, paged by viewers.",
    ("helix", "users"): "Helix Get Users: names and broadcaster types by id.",
    ("helix", "games"): "Helix Get Games: names and IGDB ids by id.",
    ("helix", "followers"): "Helix Get Channel Followers: the number of followers, one channel a call.",
    ("helix", "videos"): "Helix Get Videos: archives of ended streams, one streamer a call.",
    ("igdb", "games"): "IGDB games: publishers, genres, player perspectives, release dates.",
    ("igdb", "external_games"): "IGDB external games: which game a category of Twitch is.",
}


def sources(platforms: Iterable[Platform]) -> list[dg.AssetSpec]:
    """Return the external assets: what is asked of each platform, and of IGDB."""
    asked = {dg.AssetKey(path): text for path, text in ASKED_FOR_TWITCH.items()}
    for one in platforms:
        asked.setdefault(source_key(one.name), f"{one.title}'s list of everything that is live.")
    return [
        dg.AssetSpec(key, description=text, group_name="platforms", kinds=_kinds(key))
        for key, text in asked.items()
    ]


def _kinds(key: dg.AssetKey) -> set[str]:
    return {"api", "twitch"} if key.path[0] == "helix" else {"api"}


def columns_of(schema: Iterable[Any]) -> dg.TableSchema:
    """Return the columns of an Arrow schema as the UI shows them."""
    return dg.TableSchema([dg.TableColumn(field.name, str(field.type)) for field in schema])


def landed_streams(platform: Platform) -> dg.AssetsDefinition:
    """Return the asset of a platform's crawls, of one that is off as well: it says why."""
    off = f" Off: {first_line(platform.why_off)}" if platform.why_off else ""

    @dg.asset(
        key=landed_key(platform.name),
        deps=[source_key(platform.name)],
        group_name="land",
        kinds={"python", "parquet"},
        description=f"One crawl of everything live on {platform.title}, landed as one immutable Parquet "
        f"file with its audit record.{off}",
        metadata={
            "dagster/column_schema": columns_of(STREAMS_SCHEMA),
            "cadence_minutes": platform.cadence_minutes,
            **({"off": platform.why_off} if off else {}),
        },
        freshness_policy=_fresh(platform),
        retry_policy=CRAWL_RETRY,
    )
    def landed(context: dg.AssetExecutionContext) -> dg.MaterializeResult[Any]:
        try:
            crawled = crawl(platform.name, Settings(), now=utc_now)
        except NOT_TO_BE_RETRIED as error:
            raise dg.Failure(str(error), allow_retries=False) from error
        _log(context, crawled)
        return dg.MaterializeResult(metadata=_metadata(crawled))

    return landed


def _fresh(platform: Platform) -> dg.FreshnessPolicy:
    fail = platform.longest_silence
    warn = max(timedelta(minutes=20), 2 * timedelta(minutes=platform.cadence_minutes))
    return dg.FreshnessPolicy.time_window(fail_window=fail, warn_window=warn)


def _log(context: dg.AssetExecutionContext, crawled: CrawlOutcome) -> None:
    record = crawled.record
    context.log.info(f"{record.streams} streams of {record.pages} pages, {record.stop_reason}")
    if crawled.waiting:
        context.log.warning(crawled.waiting)
    for reason, count in crawled.reasons.items():
        context.log.warning(f"{count} rows were rejected: {reason} (raw.rejected_streams has them)")


def _metadata(crawled: CrawlOutcome) -> dict[str, Any]:
    record = crawled.record
    return {
        "dagster/row_count": record.streams,
        "file": dg.MetadataValue.path(str(crawled.path)),
        "observed_at": record.observed_at.isoformat(),
        "seconds": (record.finished_at - record.observed_at).total_seconds(),
        "pages": record.pages,
        "doubles": record.doubles,
        "rejected": record.rejected,
        "rejected_for": crawled.reasons,
        "points_used": record.points_used,
        "found_by_id": record.found_by_id,
        "is_complete": record.is_complete,
        "stop_reason": record.stop_reason,
    }
