"""The box's own numbers: one that moves, one that grows, for any id but those that begin with no-."""

from datetime import datetime
from typing import Any

from starlette.datastructures import QueryParams

from simulator.services.numbers import counter, gauge

UNKNOWN = "no-"


def generate(query: QueryParams, at: datetime) -> dict[str, Any]:
    """Return the numbers of the asked ids, but of those that there are not."""
    ids = [one for one in query.get("id", "").split(",") if one and not one.startswith(UNKNOWN)]
    return {"items": [_item(one, at) for one in ids]}


def _item(item_id: str, at: datetime) -> dict[str, Any]:
    value, total = gauge("value", item_id, at), counter("total", item_id, at)
    return {"id": item_id, "title": f"Number {item_id}", "value": value, "total": total}
