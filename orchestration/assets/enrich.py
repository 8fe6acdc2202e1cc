"""The assets of enrichment: what the points that a crawl leaves are spent on, in the order of the budget.

Each step is three ops: one finds what is due in raw, one asks the platform, one keeps the answers.
Only the first and the last open the warehouse, for moments, and are in its pool; so minutes of
asking hold up neither a load nor a build. Rows go from op to op in memory: the job runs in one
process. Priorities, and no dependencies, say which step comes first, because what is left of the budget is
for the next: a step that fails stops none of the others.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import dagster as dg

from ingestion.client.application import RefusedCredentials
from ingestion.clock import utc_now
from ingestion.enrich.enrichment import STEPS, fetch, find_due, keep, replace_overrides
from ingestion.enrich.reading_steps import FOLLOWERS, VIDEOS
from ingestion.enrich.reference_steps import OLDEST, UNSEEN
from ingestion.enrich.steps import Due, Findings, NotAnswered, Step
from ingestion.settings import Settings
from ingestion.warehouse.reference_tables import TABLES
from orchestration.assets.crawls import columns_of
from orchestration.assets.ingest import LANDED_FOLLOWERS, LANDED_NAMES, LANDED_STREAMS, WAREHOUSE_POOL

MEMORY = "memory"
USERS, GAMES, VIDEOS_KEY = (dg.AssetKey(["twitch", name]) for name in ("users", "games", "videos"))
IGDB_GAMES, IGDB_LINKS = (dg.AssetKey(["igdb", name]) for name in ("igdb_games", "igdb_links"))
REFERENCE_COLUMNS = {table.name: columns_of(table.schema) for table in TABLES}
OVERRIDES = dg.AssetSpec(
    dg.AssetKey(["landing", "overrides"]),
    description="`overrides.csv`: the user's own publishers and genres of games.",
    group_name="land",
    kinds={"csv", "file"},
)


@dataclass(frozen=True)
class Enriched:
    """One asset of a step: its key, what it is, and the kinds of questions whose costs are its."""

    key: dg.AssetKey
    description: str
    asked: tuple[str, ...]

    @property
    def name(self) -> str:
        """The name of the op's output."""
        return self.key.path[-1]

    @property
    def is_landed(self) -> bool:
        """Whether it is a file of the landing zone."""
        return self.key.path[0] == "landing"

    @property
    def out(self) -> dg.AssetOut:
        """The asset as an output of a graph."""
        return dg.AssetOut(
            key=self.key,
            description=self.description,
            kinds={"python", "parquet"} if self.is_landed else {"dlt", "duckdb"},
            metadata={} if self.is_landed else {"dagster/column_schema": REFERENCE_COLUMNS[self.name]},
            dagster_type=dg.Nothing,
        )

    def metadata(self, findings: Findings) -> dict[str, int | bool]:
        """Return what its questions asked for, found and cost."""
        costs = [cost for cost in findings.costs if cost.step in self.asked]
        return {
            "asked": sum(cost.asked for cost in costs),
            "dagster/row_count": sum(cost.found for cost in costs),
            "rejected": sum(cost.rejected for cost in costs),
            "points_used": sum(cost.points_used for cost in costs),
            "is_complete": all(cost.is_complete for cost in costs),
        }


def _assets(step: Step, enriched: list[Enriched], after: list[dg.AssetKey]) -> dg.AssetsDefinition:
    """Return the assets that one step of enrichment makes, of those in `after`."""
    find, ask, kept = _find(step), _ask(step), _keep(step, enriched)

    @dg.graph_multi_asset(
        name=f"enrich_{step.name}",
        group_name="land" if enriched[0].is_landed else "raw",
        outs={one.name: one.out for one in enriched},
        ins={"_".join(key.path): dg.AssetIn(key, dagster_type=dg.Nothing) for key in after},
    )
    def assets(**made: Any) -> Mapping[str, Any]:
        answers = kept(ask(find(list(made.values()))))
        several = answers if len(enriched) > 1 else [answers]
        return dict(zip([one.name for one in enriched], several, strict=True))

    return assets


def _find(step: Step) -> dg.OpDefinition:
    @dg.op(
        name=f"find_{step.name}",
        ins={"after": dg.In(dg.Nothing)},
        out=dg.Out(io_manager_key=MEMORY),
        pool=WAREHOUSE_POOL,
        tags=_turn(step),
    )
    def find() -> Due:
        return find_due(Settings(), step, utc_now())

    return find


def _ask(step: Step) -> dg.OpDefinition:
    @dg.op(name=f"ask_{step.name}", out=dg.Out(io_manager_key=MEMORY), tags=_turn(step))
    def ask(due: Due) -> Findings:
        return fetch(Settings(), step, due, utc_now)

    return ask


def _keep(step: Step, enriched: list[Enriched]) -> dg.OpDefinition:
    @dg.op(
        name=f"keep_{step.name}",
        out={one.name: dg.Out(dg.Nothing) for one in enriched},
        pool=WAREHOUSE_POOL,
        tags=_turn(step),
    )
    def kept(context: dg.OpExecutionContext, findings: Findings) -> Iterator[dg.Output[Any]]:
        failed = None
        try:
            keep(Settings(), findings, utc_now())
        except (NotAnswered, RefusedCredentials) as error:
            failed = error
        for cost in findings.costs:
            context.log.info(f"{cost.step}: {cost.found} of {cost.asked}, {cost.points_used} points")
        for one in enriched:
            if not failed or findings.problems.keys().isdisjoint(one.asked) and not findings.is_refused:
                yield dg.Output(None, one.name, metadata=one.metadata(findings))
        if failed:
            raise dg.Failure(str(failed)) from failed

    return kept


def _turn(step: Step) -> dict[str, str]:
    """Return the tag by which the ops of an earlier step all come before those of a later one."""
    return {"dagster/priority": str(len(STEPS) - STEPS.index(step))}


@dg.asset(
    key=dg.AssetKey(["overrides", "game_overrides"]),
    deps=[OVERRIDES],
    group_name="raw",
    kinds={"dlt", "duckdb"},
    metadata={"dagster/column_schema": REFERENCE_COLUMNS["game_overrides"]},
    pool=WAREHOUSE_POOL,
)
def game_overrides(context: dg.AssetExecutionContext) -> dg.MaterializeResult[Any]:
    """`raw.game_overrides`: the user's publishers and genres, which win over IGDB's; all of the file."""
    rows = replace_overrides(Settings())
    context.log.info("no overrides.csv: raw holds what it held" if rows is None else f"{rows} rows")
    return dg.MaterializeResult(metadata={"is_there": rows is not None, "rows": rows or 0})


ENRICHED = [
    game_overrides,
    _assets(
        UNSEEN,
        [
            Enriched(USERS, "`raw.users`, merged by id: streamers never asked for before.", ("users",)),
            Enriched(GAMES, "`raw.games`, merged by id: games never asked for before.", ("games",)),
            Enriched(
                IGDB_LINKS,
                "`raw.igdb_links`, merged by id: IGDB's games of categories without an IGDB id.",
                ("igdb_links",),
            ),
            Enriched(
                IGDB_GAMES,
                "`raw.igdb_games`, merged by id: games never asked for before, and what IGDB has changed.",
                ("igdb_games", "igdb_refresh"),
            ),
        ],
        [
            dg.AssetKey(["twitch", "stream_details"]),
            *(dg.AssetKey(["helix", name]) for name in ("users", "games")),
            *(dg.AssetKey(["igdb", name]) for name in ("games", "external_games")),
        ],
    ),
    _assets(
        FOLLOWERS,
        [
            Enriched(
                LANDED_FOLLOWERS,
                "Follower counts: of the ranked streamers, then of the others, the oldest reading first.",
                ("followers",),
            )
        ],
        [dg.AssetKey(["helix", "followers"]), LANDED_STREAMS],
    ),
    _assets(
        VIDEOS,
        [Enriched(VIDEOS_KEY, "`raw.videos`, merged by id: archives of streams that ended.", ("videos",))],
        [dg.AssetKey(["helix", "videos"]), dg.AssetKey(["twitch", "observations"])],
    ),
    _assets(
        OLDEST,
        [
            Enriched(
                LANDED_NAMES,
                "Names that have changed, seen when users and games known for long were asked for again.",
                ("users_refresh", "games_refresh"),
            )
        ],
        [
            dg.AssetKey(path)
            for path in (["helix", "users"], ["helix", "games"], ["twitch", "stream_details"])
        ],
    ),
]
ENRICHMENT = dg.AssetSelection.assets(*(key for definition in ENRICHED for key in definition.keys))
