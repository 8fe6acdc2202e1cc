"""The asset of loading: every landed file that raw does not hold yet."""

from collections.abc import Iterable, Iterator, Sequence, Set
from typing import Any

import dagster as dg

from ingestion.clock import utc_now
from ingestion.platforms.description import TWITCH
from ingestion.settings import Settings
from ingestion.sources.answers import SCHEMAS
from ingestion.warehouse.landed_tables import LANDED_TABLES
from ingestion.warehouse.load import load
from orchestration.assets.crawls import IMPORTS, columns_of
from orchestration.platforms import landed_key

WAREHOUSE_POOL = "warehouse"

# Raw tables bear the dbt project's source names, so that lineage runs through without any mapping.
SOURCE_OF_TABLE = {
    "crawls": "airtime",
    "landed_files": "airtime",
    "observations": "twitch",
    "stream_details": "twitch",
    "rejected_streams": "twitch",
    "followers": "twitch",
    "user_names": "twitch",
    "chat_lines": "twitch",
    "history_streamers": "history",
    "history_games": "history",
    **dict.fromkeys(SCHEMAS, "tracked"),
}
LANDED_STREAMS = landed_key(TWITCH)
LANDED_FOLLOWERS = dg.AssetKey(["landing", "twitch_followers"])
LANDED_NAMES = dg.AssetKey(["landing", "twitch_names"])
LANDED_ANSWERS = dg.AssetKey(["landing", "tracked_answers"])
LANDED_CHAT = dg.AssetSpec(
    dg.AssetKey(["landing", "twitch_chat"]),
    description="Chat of the watched channels (`make listen`), byte by byte.",
    group_name="land",
    kinds={"parquet", "file"},
)
LANDED_FROM = {
    "followers": [LANDED_FOLLOWERS],
    "user_names": [LANDED_NAMES],
    "chat_lines": [LANDED_CHAT.key],
    **dict.fromkeys(SCHEMAS, [LANDED_ANSWERS]),
}


def _loaded(crawled: Sequence[dg.AssetKey]) -> Iterator[dg.AssetSpec]:
    """Yield what a load fills; `crawled` are the landed crawls of all platforms."""
    for table in LANDED_TABLES:
        deps = LANDED_FROM.get(table.name, [*crawled, IMPORTS.key])
        text, columns = f"`raw.{table.name}`, appended from landed files.", columns_of(table.schema)
        yield _raw([SOURCE_OF_TABLE[table.name], table.name], deps, text, columns)
    loads = "`raw._dlt_loads`: one row per finished load."
    yield _raw(["airtime", "_dlt_loads"], [*crawled, IMPORTS.key], loads)
    not_games = "`raw.not_games`: Twitch's categories that are no games, as shipped."
    yield _raw(
        ["twitch", "not_games"],
        [LANDED_STREAMS],
        not_games,
        _columns(platform="string", game_id="string", name="string"),
        {"csv", "duckdb"},
    )
    pruned = "`raw.pruned`: from when on raw holds the observations of a platform."
    columns = _columns(platform="string", pruned_before="timestamp")
    yield _raw(["airtime", "pruned"], crawled, pruned, columns, {"duckdb"})


def _raw(
    path: Sequence[str],
    deps: Sequence[dg.AssetKey],
    description: str,
    columns: dg.TableSchema | None = None,
    kinds: Set[str] = frozenset({"dlt", "duckdb"}),
) -> dg.AssetSpec:
    return dg.AssetSpec(
        dg.AssetKey(path),
        deps=deps,
        description=description,
        group_name="raw",
        kinds=set(kinds),
        metadata={"dagster/column_schema": columns} if columns else {},
    )


def _columns(**types: str) -> dg.TableSchema:
    return dg.TableSchema([dg.TableColumn(*one) for one in types.items()])


LOADED = sorted(spec.key for spec in _loaded([]))


def load_landed(crawled: Iterable[dg.AssetKey]) -> dg.AssetsDefinition:
    """Return the assets of raw that a load fills, downstream of the landed crawls of all platforms."""

    @dg.multi_asset(
        name="load_landed",
        # Names come from loaded streams, and are loaded: a load of all has to be cut in two there.
        can_subset=True,
        specs=list(_loaded(list(crawled))),
        pool=WAREHOUSE_POOL,
    )
    def load_all(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[Any]]:
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

    return load_all
