"""What is live now, how much is going on, and what the crawls saw."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from serving.api.answers import known_platform, respond, select_where
from serving.api.describe import responses
from serving.api.parameters import Live, OnPlatform

# a tag is what is left of its spellings without case, shown in the one that most streams have
TAGS = """
    with spelt as (
        select *, lower(spelling) as folded
        from (
            select
                platform, stream_id, streamer_name, viewer_count,
                nfc_normalize(trim(unnest(tags))) as spelling
            from ({live})
        )
        where spelling <> ''
    ),
    shown as (
        select platform, folded, min_by(spelling, (-streams, spelling)) as tag
        from (
            select platform, folded, spelling, count(distinct stream_id) as streams
            from spelt group by all
        )
        group by all
    )
    select
        platform,
        tag,
        count(*) as stream_count,
        cast(sum(viewer_count) as bigint) as viewer_count,
        max_by(streamer_name, (viewer_count, streamer_name)) as top_streamer_name,
        max(viewer_count) as top_streamer_viewers
    from (select distinct platform, stream_id, streamer_name, viewer_count, folded from spelt)
    inner join shown using (platform, folded)
    group by platform, tag
    order by viewer_count desc, tag, platform
"""


def router() -> APIRouter:
    """Return the routes of what is live, of months and crawls."""
    routes = APIRouter()
    for path, endpoint, mart, tag, summary in (
        ("/v1/live", live, "live_now", "now", "Live streams"),
        ("/v1/games/now", games_now, "games_now", "now", "Games that are live"),
        ("/v1/tags/popular", tags_popular, "tags_popular", "now", "Tags of live streams"),
        ("/v1/activity/monthly", monthly, "monthly_activity", "activity", "Platforms by month"),
        ("/v1/crawls", crawls, "crawls", "activity", "Crawls"),
    ):
        routes.add_api_route(
            path,
            endpoint,
            operation_id=endpoint.__name__,
            summary=summary,
            tags=[tag],
            responses=responses(mart),
        )
    return routes


def live(request: Request, asked: Annotated[Live, Query()]) -> Response:
    """The streams of the newest crawl, those with the most viewers first."""
    sql, bound = _live(request, asked)
    return respond(
        request, asked, f"{sql} order by viewer_count desc, streamer_name, platform, stream_id", bound
    )


def games_now(request: Request, asked: Annotated[OnPlatform, Query()]) -> Response:
    """The games of the newest crawl, those with the most viewers first."""
    known_platform(request, asked.platform)
    sql, bound = select_where("games_now", platform=asked.platform)
    return respond(request, asked, f"{sql} order by viewer_count desc, game_name, platform, game_id", bound)


def tags_popular(request: Request, asked: Annotated[Live, Query()]) -> Response:
    """The tags of the newest crawl's streams, those with the most viewers first.

    A stream counts in full for each of its tags, so these do not add up. Tags that differ in case only are
    one.
    """
    sql, bound = _live(request, asked)
    return respond(request, asked, TAGS.format(live=sql), bound)


def monthly(request: Request, asked: Annotated[OnPlatform, Query()]) -> Response:
    """Whole platforms by month, the newest first: streamers, hours, peaks, and how much the largest hold."""
    known_platform(request, asked.platform)
    sql, bound = select_where("monthly_activity", platform=asked.platform)
    return respond(request, asked, f"{sql} order by month desc, platform", bound)


def crawls(request: Request, asked: Annotated[OnPlatform, Query()]) -> Response:
    """The crawls, complete or not and why, the newest first."""
    known_platform(request, asked.platform)
    sql, bound = select_where("crawls", platform=asked.platform)
    return respond(request, asked, f"{sql} order by observed_at desc, platform", bound)


def _live(request: Request, asked: Live) -> tuple[str, dict[str, object]]:
    known_platform(request, asked.platform)
    return select_where("live_now", platform=asked.platform, game_id=asked.game_id, language=asked.language)
