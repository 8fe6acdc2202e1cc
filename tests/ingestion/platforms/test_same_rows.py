"""Tests that Twitch's description gives the rows, and the reasons, of the rules told a second time."""

import json
from datetime import datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.landing.files import STREAMS_SCHEMA
from tests.ingestion.fake_twitch import stream
from tests.ingestion.of_twitch import to_arrow
from tests.ingestion.platforms.get_streams import TEXTS, Wrong, landed

AT = datetime(2026, 3, 1, 10)
ODD: list[Any] = [None, "", "0", 0, 7, -1, 1.5, True, False, [], ["x"], {}, {"a": 1}, "é", "a\ud83d", "live"]
TIMES = [
    "2026-03-01T09:30:00Z", "2026-03-01t09:30:00.123456789z", "2026-03-01 11:30:00+02:00", "2026-03-01",
    "2010-12-31T23:59:59Z", "2011-01-01T00:00:00Z", "2026-03-01T10:10:00Z", "2026-03-01T10:10:00.000001Z",
    "0001-01-01T00:00:00+09:00", "2026-13-01T00:00:00Z", 1772357400,
]  # fmt: skip
VIEWERS = [0, 5, 100_000_000, 100_000_001, 2**63, "5", -1]
TAGS = [[], [""], ["English", "é"], ["a\ud83d"], ["a", 7], [None], "English"]
LANDED = ("type", "tags", "viewer_count", "started_at", *TEXTS)
OTHERS = ("extra", "is_mature", "tag_ids", "thumbnail_url", "is_vertical", "labels")


FIELDS = (*LANDED, *OTHERS)


def values(name: str) -> list[Any]:
    """Return what a field may hold: what it should, what is near it, and anything."""
    near = {"viewer_count": VIEWERS, "started_at": TIMES, "tags": TAGS, "type": ["live", "rerun"]}
    return [*near.get(name, ["x", "0", "00"]), *ODD]


def without(row: dict[str, Any], names: set[str]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}


CHANGES = st.fixed_dictionaries({}, optional={name: st.sampled_from(values(name)) for name in FIELDS})
LACKING = st.just(set()) | st.sets(st.sampled_from(LANDED), max_size=2)
ROWS = st.builds(lambda changes, lacking: without(stream(1, 5) | changes, lacking), CHANGES, LACKING)


def check(page: list[Any]) -> None:
    rows, wrong = [], []
    for row in page:
        try:
            rows.append(landed(row, AT))
        except Wrong as reason:
            wrong.append((str(reason), json.dumps(row)))
    table, rejects = to_arrow(page, AT)
    assert table.schema == STREAMS_SCHEMA
    assert table.to_pylist() == rows
    assert [(one.reason, one.row_json) for one in rejects] == wrong


def test_every_value_of_every_field_gives_the_row_or_the_reason_that_the_rules_give():
    changed = [stream(1, 5) | {name: value} for name in FIELDS for value in values(name)]
    lacking = [without(stream(1, 5), {name}) for name in LANDED]
    check([*changed, *lacking, None, "x", 7, ["id"]])


@settings(deadline=None)
@given(st.lists(ROWS, max_size=4))
def test_of_several_faults_the_first_is_the_reason(page: list[Any]):
    check(page)
