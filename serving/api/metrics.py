"""Tracked metrics: which there are and of what, what was read of them, and what grew most."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from serving.api.answers import exists, respond, select_where, version_of
from serving.api.describe import responses
from serving.api.parameters import ALLOWED, Id, Kind, OfGrowth, OfKind, SearchItems, Series
from serving.api.problems import Problem, not_there
from serving.api.rankings import SHOWN_STARTS

# of the largest buckets, which are the fewest rows
METRICS = """
    select
        kind, metric, any_value(sort) as sort, count(distinct item_id) as items,
        cast(sum(readings) as bigint) as readings,
        cast(min(bucket_start) as date) as first_date, cast(max(bucket_start) as date) as last_date
    from published.marts.reading_buckets
    where bucket = '1d' and kind = coalesce($kind, kind)
    group by kind, metric
    order by kind, metric
"""
BY_LABEL = "lower(coalesce(item_label, item_id))"
# DuckDB finds what is stored near by the first eight bytes of a text: of ids that begin alike it reads all
SPANS = """
    with alike as (
        select left(item_id, 8) as beginning, sum(last_row - first_row + 1) as row_count
        from published.meta.series
        where kind = $kind and (bucket = 'raw') = ($bucket = 'raw')
            and left(item_id, 8) in (select left(unnest($ids), 8))
        group by left(item_id, 8)
    )
    select item_id, min(first_row), max(last_row), any_value(row_count) > $most_alike
    from published.meta.series inner join alike on left(item_id, 8) = beginning
    where kind = $kind and bucket = $bucket and list_contains($ids, item_id)
        and ($metrics = [] or list_contains($metrics, metric))
    group by item_id
"""
MOST_ALIKE = 3_000_000
SEARCHED = "(contains(lower(item_label), lower($search)) or contains(lower(item_id), lower($search)))"
# a name that is the text, then those that begin with it
CLOSEST = """
    lower(item_label) = lower($search) or lower(item_id) = lower($search) desc nulls last,
    starts_with(lower(item_label), lower($search))
        or starts_with(lower(item_id), lower($search)) desc nulls last,
"""


def router() -> APIRouter:
    """Return the routes of tracked metrics."""
    routes = APIRouter(prefix="/v1", tags=["tracked"])
    for path, endpoint, marts, summary in (
        ("/metrics", metrics, ["metrics"], "Which metrics are tracked"),
        ("/metrics/items", items, ["tracked_items"], "Find tracked items"),
        ("/metrics/{kind}/{item_id:path}", series, ["reading_buckets", "readings"], "Metrics over time"),
        ("/rankings/tracked", rank_tracked, ["rank_tracked"], "The ranking of tracked items"),
    ):
        routes.add_api_route(
            path, endpoint, operation_id=endpoint.__name__, summary=summary, responses=responses(*marts)
        )
    return routes


def metrics(request: Request, asked: Annotated[OfKind, Query()]) -> Response:
    """The metrics of each kind that has a reading, with how many items and readings they have."""
    _known_kind(request, asked.kind)
    return respond(request, asked, METRICS, {"kind": asked.kind})


def items(request: Request, asked: Annotated[SearchItems, Query()]) -> Response:
    """Tracked items whose label or id contains a text, the closest first; without a text all, by label."""
    _known_kind(request, asked.kind)
    sql, bound = select_where("tracked_items", kind=asked.kind)
    order = f"{BY_LABEL}, kind, item_id"
    if asked.search is None:
        return respond(request, asked, f"{sql} order by {order}", bound)
    sql = f"{sql} and {SEARCHED} order by {CLOSEST} {order}"
    return respond(request, asked, sql, {**bound, "search": asked.search})


def series(request: Request, kind: Kind, item_id: Id, asked: Annotated[Series, Query()]) -> Response:
    """What was read of an item, by item and metric, the oldest first: in buckets of UTC, or each reading.

    With `also` several items of the kind are answered at once; with `metric` only some metrics.
    """
    _known_kind(request, kind, place="path")
    ids = list(dict.fromkeys([item_id, *asked.also]))
    for one in ids:
        if not exists(request, "tracked_items", kind=kind, item_id=one):
            raise Problem(404, f"there is no {kind} with the id {one!r}")
    for one in asked.metric:
        _known_metric(request, kind, one)
    is_raw = asked.bucket == "raw"
    mart, at = ("readings", "observed_at") if is_raw else ("reading_buckets", "bucket_start")
    wanted = {
        "bucket": (None if is_raw else asked.bucket, "bucket = $bucket"),
        "metrics": (asked.metric or None, "list_contains($metrics, metric)"),
        "from_at": (asked.from_, f"{at} >= $from_at"),
        "to_at": (asked.to, f"{at} < $to_at"),
    }
    given = {name: (value, text) for name, (value, text) in wanted.items() if value is not None}
    bound = {name: value for name, (value, _) in given.items()}
    where = " and ".join(text for _, text in given.values()) or "true"
    found = {"kind": kind, "bucket": asked.bucket, "ids": ids, "metrics": asked.metric}
    rows, keys = _rows_of_items(request, mart, found, where)
    sql = f"with rows_ as materialized ({rows}) from rows_ where {where} order by item_id, metric, {at}"
    return respond(request, asked, sql, {**bound, **keys})


def _rows_of_items(
    request: Request, mart: str, asked: Mapping[str, object], where: str
) -> tuple[str, dict[str, object]]:
    """Return the SQL for the rows of some items, and perhaps others of these, and the values to bind.

    Of ids of which many begin alike they are read by their place, without other conditions, which would be
    tried on all that is stored beside them.
    """
    with version_of(request).cursor() as cursor:
        spans = cursor.execute(SPANS, {**asked, "most_alike": MOST_ALIKE}).fetchall()
    rows, selects = f"select * from published.marts.{mart} where", []
    keys: dict[str, object] = {}
    for number, (item_id, first, last, is_one_of_many) in enumerate(spans):
        if is_one_of_many:
            selects.append(f"{rows} rowid between {first} and {last}")
        else:
            selects.append(f"{rows} kind = $kind and item_id = $item_{number} and {where}")
            keys |= {"kind": asked["kind"], f"item_{number}": item_id}
    return " union all ".join(selects) or f"{rows} false", keys


def rank_tracked(request: Request, asked: Annotated[OfGrowth, Query()]) -> Response:
    """Which items of each kind grew most in one period, by default in its newest 7 whole days.

    Each metric of a kind has a ranking of its own.
    """
    _known_kind(request, asked.kind)
    if asked.metric is not None:
        _known_metric(request, asked.kind, asked.metric)
    found = _starts(request, asked)
    sql, bound = select_where("rank_tracked", period=asked.period, metric=asked.metric)
    pairs = []
    for number, (kind, start) in enumerate(found.items()):
        pairs.append(f"(kind = $kind_{number} and period_start = $start_{number})")
        bound |= {f"kind_{number}": kind, f"start_{number}": start}
    sql = f"{sql} and ({' or '.join(pairs) or 'false'}) order by kind, metric, rank, {BY_LABEL}, item_id"
    starts = set(found.values())
    return respond(request, asked, sql, bound, pinned={"start": starts.pop()} if len(starts) == 1 else {})


def _starts(request: Request, asked: OfGrowth) -> dict[str, date]:
    """Return the start of the period that is asked for of each kind that has it."""
    of_kinds = version_of(request).tracked_starts.get(asked.period, {})
    listed = {kind: starts for kind, starts in of_kinds.items() if asked.kind in (None, kind)}
    if asked.start is None:
        return {kind: starts[0] for kind, starts in listed.items()}
    found = {kind: asked.start for kind, starts in listed.items() if asked.start in starts}
    if not found:
        every = sorted({start for starts in listed.values() for start in starts}, reverse=True)
        newest = [start.isoformat() for start in every[:SHOWN_STARTS]] or ["no day"]
        allowed = f"the first day of a period; the newest {asked.period} starts on {newest[0]}"
        raise not_there("start", asked.start, allowed, newest if every else [])
    return found


def _known_kind(request: Request, kind: str | None, place: str = "query") -> None:
    kinds = list(version_of(request).metrics)
    if kind is not None and kind not in kinds:
        allowed = f"one of {', '.join(kinds)}" if kinds else f"{ALLOWED['kind']}; nothing is tracked yet"
        raise not_there("kind", kind, allowed, kinds, place)


def _known_metric(request: Request, kind: str | None, metric: str) -> None:
    of_kinds = version_of(request).metrics
    known = sorted({one for name, found in of_kinds.items() if kind in (None, name) for one in found})
    if metric not in known:
        raise not_there("metric", metric, f"one of {', '.join(known)}" if known else ALLOWED["metric"], known)
