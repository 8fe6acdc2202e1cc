"""Turns a page of records into rows of the landing zone, as a description says."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import pyarrow as pa

from ingestion.fields import Impossible, Row
from ingestion.landing.files import STREAMS_SCHEMA
from ingestion.landing.rejects import Reject, sift
from ingestion.platforms.columns import PLACE, Columns, ErrorMark, Rules
from ingestion.platforms.description import Answer
from ingestion.platforms.readers import (
    as_whole,
    finder,
    look_up,
    moment_reader,
    text_reader,
    texts_reader,
    truth_reader,
    whole_reader,
)
from ingestion.platforms.reading import shipped

# what a description calls the columns that land under other names
OURS = {
    "id": "stream_id",
    "user_id": "streamer_id",
    "user_login": "streamer_login",
    "user_name": "streamer_name",
    "game_id": "category_id",
    "game_name": "category_name",
}
TEXTS = {**OURS, "title": "title", "language": "language"}
NEEDED, FREE = {"required": True}, {"required": False}


class RowRules:
    """What a description makes of a record: a row of STREAMS_SCHEMA, or a reason why it cannot be right."""

    def __init__(self, fields: Columns, rules: Rules) -> None:
        """Take where a record has its values, and what it cannot be."""
        self._read = _row_reader(fields, rules)
        self._ahead = timedelta(minutes=rules.minutes_ahead)
        self._id = finder(fields.stream_id.model_copy(update=FREE), "id", strict=rules.strict)
        viewers = fields.viewer_count.model_copy(update=FREE)
        self._viewers, self._whole = finder(viewers, "viewer_count", strict=rules.strict), as_whole(rules)
        self.too_late = _too_late(rules)

    def latest_start(self, observed_at: datetime) -> datetime:
        """Return after which moment no stream can have begun that was seen at `observed_at`; naive UTC."""
        return observed_at + self._ahead

    def table(self, records: Sequence[Any], observed_at: datetime) -> tuple[pa.Table, list[Reject]]:
        """Return the records as rows of STREAMS_SCHEMA, in their order, and the rejected.

        A record is rejected, alone, when it cannot be right: viewers that are no whole number up to the most
        there can be; no id or streamer; a start that cannot be read, or lies before the platform began or too
        long after `observed_at` (naive UTC, when the crawl began); a text or a tag that is no text; the
        platform's own mark of an error. Empty texts become null, but for `game_id`, which is empty for a
        stream without a category. `extra` is JSON of what is kept without a column.
        """
        latest = self.latest_start(observed_at)
        streams, rejects = sift(records, lambda record: self._read(record, latest))
        columns = zip(*streams, strict=True) if streams else [[]] * len(STREAMS_SCHEMA)
        arrays = [pa.array(column, field.type) for column, field in zip(columns, STREAMS_SCHEMA, strict=True)]
        return pa.Table.from_arrays(arrays, schema=STREAMS_SCHEMA), rejects

    def mark(self, record: Row) -> Row:
        """Return what tells a record in its list: `id` and `viewer_count`, None where it has none."""
        return {"id": self._id(record), "viewer_count": self._whole(self._viewers(record))}


@cache
def shipped_rules(platform: str) -> RowRules:
    """Return the rules of a platform whose description is shipped."""
    return RowRules(shipped(platform).fields, shipped(platform).rules)


def wanted(records: Sequence[Any], answer: Answer) -> Sequence[Any]:
    """Return the records that have each of the values of `only`."""
    if not answer.only:
        return records
    return [
        record
        for record in records
        if all(look_up(record, path) == value for path, value in answer.only.items())
    ]


def _row_reader(fields: Columns, rules: Rules) -> Callable[[Row, datetime], tuple[Any, ...]]:
    """Return what reads a record's values in the order of STREAMS_SCHEMA."""
    is_odd, start, extra = _mark_reader(rules.error_mark), _start_reader(fields, rules), _extra(fields, rules)
    needed = {name: getattr(fields, name).model_copy(update=NEEDED) for name in ("stream_id", "streamer_id")}
    columns = fields.model_copy(update=needed)
    stream_id, streamer_id, login, name, category_id, category_name, title, language = (
        text_reader(getattr(columns, ours), landed, rules) for landed, ours in TEXTS.items()
    )
    viewers = whole_reader(fields.viewer_count, "viewer_count", rules)
    tags = texts_reader(fields.tags, "tags", rules)

    def read(record: Row, latest: datetime) -> tuple[Any, ...]:
        odd = is_odd(record)  # before all others: an error has no more to say
        return (
            stream_id(record),
            streamer_id(record),
            login(record),
            name(record),
            category_id(record) or "",
            category_name(record),
            title(record),
            viewers(record),
            start(record, latest),
            language(record),
            tags(record),
            extra(record, odd),
        )

    return read


def _mark_reader(mark: ErrorMark | None) -> Callable[[Row], bool]:
    """Return what tells whether a record's mark is another than usual, and refuses an empty one."""
    if mark is None:
        return lambda record: False
    name, usual = mark.field, mark.usual

    def is_odd(record: Row) -> bool:
        said = record.get(name, usual)
        if said == usual:
            return False
        if not said:
            raise Impossible(f"{name} is empty, the mark of an error")
        return True

    return is_odd


def _start_reader(fields: Columns, rules: Rules) -> Callable[[Row, datetime], datetime | None]:
    moment, first, too_late = (
        moment_reader(fields.started_at, "started_at", rules),
        datetime(rules.first_year, 1, 1),
        _too_late(rules),
    )

    def start(record: Row, latest: datetime) -> datetime | None:
        started_at: datetime | None = moment(record)
        if started_at and started_at < first:
            raise Impossible(f"started_at is before {first.year}")
        if started_at and started_at > latest:
            raise Impossible(too_late)
        return started_at

    return start


def _too_late(rules: Rules) -> str:
    return f"started_at is more than {rules.minutes_ahead} minutes after the crawl"


def _extra(fields: Columns, rules: Rules) -> Callable[[Row, bool], str | None]:
    """Return what makes JSON of what has no column."""
    is_mature, keeps_unknown = truth_reader(fields.is_mature, "is_mature", rules), rules.keep_unknown
    mark = rules.error_mark.field if rules.error_mark else ""
    known = frozenset({*rules.drop, *_fields_used(fields), mark})
    tells_maturity = fields.is_mature is not None

    def extra(record: Row, is_odd: bool) -> str | None:
        if not (is_odd or tells_maturity) and (not keeps_unknown or known.issuperset(record)):
            return None  # as nearly all are
        kept: dict[str, Any] = {}
        if keeps_unknown and not known.issuperset(record):
            kept = {name: value for name, value in record.items() if name not in known}
        if is_odd:
            kept[mark] = record[mark]
        truth = is_mature(record)
        if truth is not None:
            kept["is_mature"] = truth
        return json.dumps(kept, sort_keys=True) if kept else None

    return extra


def _fields_used(fields: Columns) -> set[str]:
    """Return the names of a record's own fields from which columns are made."""
    columns = [getattr(fields, name) for name in type(fields).model_fields]
    paths = [
        path for column in columns if column for path in (*column.at, *PLACE.findall(column.template or ""))
    ]
    return {path.partition(".")[0] for path in paths}
