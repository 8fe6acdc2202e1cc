"""SOOP's answers: numbered pages of sixty, every value a text, and failures in a 200."""

from datetime import datetime
from typing import Any

from starlette.datastructures import QueryParams

from simulator.platforms.chzzk import korean
from simulator.truth.world import Stream, World, to_second

PAGE = 60


def broads(world: World, query: QueryParams, at: datetime) -> dict[str, Any]:
    """Return a page by its number; page 0 is the first one, too."""
    text = query.get("page_no", "1")
    if not (text.isascii() and text.isdigit()):
        return failure(-1000, "invalid page_no")
    rows = world.live(at)
    if query.get("order_type") == "broad_start":
        rows = sorted(rows, key=lambda row: (row.started_at, row.stream_id))
    start = (max(int(text), 1) - 1) * PAGE
    return {
        "total_cnt": len(rows),
        "page_no": int(text),
        "page_block": PAGE,
        "time": to_second(at),
        "broad": [_broad(row) for row in rows[start : start + PAGE]],
    }


def failure(result: int, said: str) -> dict[str, Any]:
    """Return what SOOP answers, with status 200, where a call failed."""
    return {"result": result, "msg": said}


def _broad(row: Stream) -> dict[str, Any]:
    return {
        "broad_no": row.stream_id,
        "user_id": row.streamer_id,
        "user_nick": row.display_name,
        "broad_title": row.title,
        "broad_cate_no": row.game_id,
        "broad_start": korean(row.started_at),
        "total_view_cnt": str(row.viewers),
        "broad_grade": "0",
        "is_password": "0",
        "visit_broad_type": "0",
        "broad_thumb": f"//liveimg.example/{row.stream_id}.jpg",
        "profile_img": f"//profile.example/{row.login}.jpg",
    }
