"""The rankings, and the periods that they are of."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from serving.api.answers import known_platform, respond, version_of
from serving.api.describe import responses
from serving.api.parameters import ALLOWED, OfGenre, OfPeriod, OfPeriods
from serving.api.problems import not_there
from serving.api.versions import PERIODS_SQL, Period
from serving.catalogue import PERIODS, RANKINGS, Ranking

GROWTH = RANKINGS["follower_growth"]
SHOWN_STARTS = 10


def router() -> APIRouter:
    """Return the routes of the rankings and periods."""
    routes = APIRouter(prefix="/v1", tags=["rankings"])
    for ranking in RANKINGS.values():
        routes.add_api_route(
            path_of(ranking),
            _ranking_by_genre(ranking) if ranking is GROWTH else _ranking(ranking),
            name=ranking.mart,
            operation_id=ranking.mart,
            summary=f"The ranking of {ranking.title.lower()}",
            responses=responses(ranking.mart),
        )
    routes.add_api_route(
        "/periods",
        periods,
        operation_id="periods",
        summary="Which periods there are",
        responses=responses("periods"),
    )
    return routes


def path_of(ranking: Ranking) -> str:
    """Return the path of a ranking below the API's version."""
    return f"/rankings/{ranking.name.replace('_', '-')}"


def periods(request: Request, asked: Annotated[OfPeriods, Query()]) -> Response:
    """Which periods there are rankings of, the newest first, and how much of each the crawls saw."""
    known_platform(request, asked.platform)
    order = "list_position($names, period), platform, period_start desc"
    bound: dict[str, Any] = {"names": list(PERIODS)}
    conditions = ""
    for name in ("platform", "period"):
        if (value := getattr(asked, name)) is not None:
            conditions += f" and {name} = ${name}"
            bound[name] = value
    sql = f"select * from ({PERIODS_SQL}) where true{conditions} order by {order}"
    return respond(request, asked, sql, bound)


def _ranking(ranking: Ranking) -> Callable[..., Response]:
    def ranks(request: Request, asked: Annotated[OfPeriod, Query()]) -> Response:
        return _ranked(request, ranking, asked, {})

    ranks.__doc__ = """
    Who leads in one period, by hours watched; by default in the newest 7 whole days of each platform.

    Rows without a rank, the pseudo-categories in brackets that keep totals whole, come last.
    """
    return ranks


def _ranking_by_genre(ranking: Ranking) -> Callable[..., Response]:
    def ranks(request: Request, asked: Annotated[OfGenre, Query()]) -> Response:
        genres = version_of(request).genres
        if asked.genre not in genres:
            raise not_there("genre", asked.genre, f"one of {', '.join(genres)}", genres)
        return _ranked(request, ranking, asked, {"genre": asked.genre})

    ranks.__doc__ = """
    Who gained the most followers in one period, relative to what they had; `genre` ranks only those who
    primarily stream it.
    """
    return ranks


def _ranked(request: Request, ranking: Ranking, asked: OfPeriod, bound: dict[str, Any]) -> Response:
    known_platform(request, asked.platform)
    found = _periods(request, asked)
    bound = {**bound, "period": asked.period}
    selects = []
    for number, period in enumerate(found):
        bound |= {f"platform_{number}": period.platform, f"start_{number}": period.period_start}
        genre = " and genre = $genre" if "genre" in bound else ""
        selects.append(
            f"select * from published.marts.{ranking.mart} where platform = $platform_{number} "
            f"and period = $period and period_start = $start_{number}{genre}"
        )
    order = ", ".join(("rank nulls last", *ranking.keys, "platform"))
    sql = f"{' union all '.join(selects) or _nothing(ranking)} order by {order}"
    starts = {period.period_start for period in found}
    pinned = {"start": starts.pop()} if len(starts) == 1 else {}
    meta = {"periods": [period._asdict() for period in found]}
    return respond(request, asked, sql, bound if found else {}, meta=meta, pinned=pinned)


def _nothing(ranking: Ranking) -> str:
    return f"select * from published.marts.{ranking.mart} where false"


def _periods(request: Request, asked: OfPeriod) -> list[Period]:
    """Return the period that is asked for on each platform that has it."""
    on_platforms = version_of(request).periods.get(asked.period, {})
    wanted = [asked.platform] if asked.platform else sorted(on_platforms)
    listed = [on_platforms.get(platform, []) for platform in wanted]
    if asked.start is None:
        return [periods[0] for periods in listed if periods]
    found = [period for periods in listed for period in periods if period.period_start == asked.start]
    if not found:
        starts = sorted({period.period_start for periods in listed for period in periods}, reverse=True)
        newest = [start.isoformat() for start in starts[:SHOWN_STARTS]]
        allowed = f"{ALLOWED['start']}; the newest {asked.period} starts on {(newest or ['no day'])[0]}"
        raise not_there("start", asked.start, allowed, newest)
    return found
