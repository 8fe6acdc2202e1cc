"""The assets of ingestion: one crawl landed, landed files loaded."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

import dagster as dg

from ingestion.client.application import RefusedCredentials
from ingestion.client.http import WrongAddress
from ingestion.clock import utc_now
from ingestion.crawl.imported import ImportedPlatform
from ingestion.crawl.lock import CrawlRunning
from ingestion.crawl.one_crawl import crawl_streams
from ingestion.landing.files import STREAMS_SCHEMA
from ingestion.settings import MissingSetting, Settings
from ingestion.warehouse.landed_tables import LANDED_TABLES
from ingestion.warehouse.load import load

WAREHOUSE_POOL = "warehouse"
FRESH_CRAWL = dg.FreshnessPolicy.time_window(
    fail_window=timedelta(hours=1), warn_window=timedelta(minutes=20)
)
# Twice within the cadence; after that the next crawl comes anyway.
CRAWL_RETRY = dg.RetryPolicy(max_retries=2, delay=10, backoff=dg.Backoff.EXPONENTIAL)
# What trying again would not mend.
NOT_TO_BE_RETRIED = (MissingSetting, RefusedCredentials, WrongAddress, ImportedPlatform, CrawlRunning)

# Raw tables bear the dbt project's source names, so that lineage runs through without any mapping.
SOURCE_OF_TABLE = {
    "crawls": "airtime",
    "landed_files": "airtime",
    "observations": "twitch",
    "stream_details": "twitch",
    "rejected_streams": "twitch",
    "followers": "twitch",
    "user_names": "twitch",
    "history_streamers": "history",
    "history_games": "history",
}
LANDED_STREAMS = dg.AssetKey(["landing", "twitch_streams"])
LANDED_FOLLOWERS = dg.AssetKey(["landing", "twitch_followers"])
LANDED_NAMES = dg.AssetKey(["landing", "twitch_names"])
LANDED_FROM = {"followers": [LANDED_FOLLOWERS], "user_names": [LANDED_NAMES]}
IMPORTS = dg.AssetSpec(
    dg.AssetKey(["landing", "imports"]),
    description="Imported tables (`make import`), one Parquet file per table.",
    group_name="land",
    kinds={"parquet", "file"},
)
PLATFORMS = [
    dg.AssetSpec(
        dg.AssetKey(["helix", name]), description=text, group_name="platforms", kinds={"api", "twitch"}
    )
    for name, text in {
        "streams": "Helix Get Streams: everything that is live, paged by viewers.",
        "users": "Helix Get Users: names and broadcaster types by id.",
        "games": "Helix Get Games: names and IGDB ids by id.",
        "followers": "Helix Get Channel Followers: the number of followers, one channel a call.",
        "videos": "Helix Get Videos: archives of ended streams, one streamer a call.",
    }.items()
] + [
    dg.AssetSpec(dg.AssetKey(["igdb", name]), description=description, group_name="platforms", kinds={"api"})
    for name, description in {
        "games": "IGDB games: publishers, genres, player perspectives, release dates.",
        "external_games": "IGDB external games: which game a category of Twitch is.",
    }.items()
]


def columns_of(schema: Iterable[Any]) -> dg.TableSchema:
    """Return the columns of an Arrow schema as the UI shows them."""
    return dg.TableSchema([dg.TableColumn(field.name, str(field.type)) for field in schema])


@dg.asset(
    key=LANDED_STREAMS,
    deps=[dg.AssetKey(["helix", "streams"])],
    group_name="land",
    kinds={"python", "parquet"},
    metadata={"dagster/column_schema": columns_of(STREAMS_SCHEMA)},
    freshness_policy=FRESH_CRAWL,
    retry_policy=CRAWL_RETRY,
)
def landed_streams(context: dg.AssetExecutionContext) -> dg.MaterializeResult[Any]:
    """One crawl of everything live on Twitch, landed as one immutable Parquet file with its audit record."""
    try:
        crawled = crawl_streams(Settings(), now=utc_now)
    except NOT_TO_BE_RETRIED as error:
        raise dg.Failure(str(error), allow_retries=False) from error
    record = crawled.record
    context.log.info(f"{record.streams} streams of {record.pages} pages, {record.stop_reason}")
    if crawled.waiting:
        context.log.warning(crawled.waiting)
    for reason, count in crawled.reasons.items():
        context.log.warning(f"{count} rows were rejected: {reason} (raw.rejected_streams has them)")
    return dg.MaterializeResult(
        metadata={
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
    )


@dg.multi_asset(
    name="load_landed",
    # Names come from loaded streams, and are loaded: a load of all has to be cut in two there.
    can_subset=True,
    specs=[
        *(
            dg.AssetSpec(
                dg.AssetKey([SOURCE_OF_TABLE[table.name], table.name]),
                deps=LANDED_FROM.get(table.name, [LANDED_STREAMS, IMPORTS.key]),
                group_name="raw",
                kinds={"dlt", "duckdb"},
                description=f"`raw.{table.name}`, appended from landed files.",
                metadata={"dagster/column_schema": columns_of(table.schema)},
            )
            for table in LANDED_TABLES
        ),
        dg.AssetSpec(
            dg.AssetKey(["airtime", "_dlt_loads"]),
            deps=[LANDED_STREAMS, IMPORTS.key],
            group_name="raw",
            kinds={"dlt", "duckdb"},
            description="`raw._dlt_loads`: one row per finished load.",
        ),
        dg.AssetSpec(
            dg.AssetKey(["twitch", "not_games"]),
            deps=[LANDED_STREAMS],
            group_name="raw",
            kinds={"csv", "duckdb"},
            description="`raw.not_games`: Twitch's categories that are no games, as shipped.",
            metadata={
                "dagster/column_schema": dg.TableSchema(
                    [dg.TableColumn(name, "string") for name in ("platform", "game_id", "name")]
                )
            },
        ),
        dg.AssetSpec(
            dg.AssetKey(["airtime", "pruned"]),
            deps=[LANDED_STREAMS],
            group_name="raw",
            kinds={"duckdb"},
            description="`raw.pruned`: from when on raw holds the observations of a platform.",
            metadata={
                "dagster/column_schema": dg.TableSchema(
                    [dg.TableColumn("platform", "string"), dg.TableColumn("pruned_before", "timestamp")]
                )
            },
        ),
    ],
    pool=WAREHOUSE_POOL,
)
def load_landed(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[Any]]:
    """Loads every landed file that raw does not hold yet."""
    started = utc_now()
    loaded = load(Settings())
    context.log.info(f"{loaded.rows} rows of {loaded.files} files")
    metadata = {
        "files": loaded.files,
        "rows_loaded": loaded.rows,
        "seconds": (utc_now() - started).total_seconds(),
    }
    for key in sorted(context.selected_asset_keys):
        yield dg.MaterializeResult(asset_key=key, metadata=metadata)
