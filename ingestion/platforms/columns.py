"""What a description says of the common row: where a record has each column, and when it cannot be right."""

import re
from datetime import datetime
from typing import Annotated, Any, Literal, Self
from zoneinfo import available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from ingestion.descriptions.parts import Part, Path, Scalar

FORMATS = ("rfc3339", "epoch", "epoch_ms")
PLACE = re.compile(r"\{([^{}]+)\}")


def _short(value: Any) -> Any:
    return {"at": value} if isinstance(value, str) else value


def _one_or_more(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


class Column(Part):
    """Where a record has a value: `at` the first of these paths that has one, or put together by `template`.

    `none` are values that mean none, as "" does always; `map` gives other words for some. A record without a
    `required` value cannot be right; where it is `if_present`, the field may be absent, but not empty.
    """

    at: Annotated[list[Path], BeforeValidator(_one_or_more)] = []
    template: str | None = None
    none: list[str | int] = []
    map: dict[str, str] = {}
    default: Scalar | None = None
    lower: bool = False
    required: bool | Literal["if_present"] = False

    @model_validator(mode="after")
    def _has_one_source(self) -> Self:
        if bool(self.at) == bool(self.template):
            raise ValueError("say either at (a path, or several) or template")
        if self.template and not PLACE.search(self.template):
            raise ValueError("a template has paths in braces, as in {channel.id}-{since}")
        return self


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"there is no time zone {name}; names are like Asia/Seoul and UTC")
    return name


def _time_format(text: str) -> str:
    if "%" not in text and text not in FORMATS:
        raise ValueError(f"say {', '.join(FORMATS)} or a pattern such as %Y-%m-%d %H:%M:%S")
    if "%" in text:
        datetime.strptime(datetime(2026, 1, 31, 23, 59).strftime(text), text)
    return text


class TimeColumn(Column):
    """A time: `rfc3339`, `epoch`, `epoch_ms`, or a pattern such as %Y-%m-%d %H:%M:%S, read in `zone`."""

    format: Annotated[str, AfterValidator(_time_format)] = "rfc3339"
    zone: Annotated[str, AfterValidator(_zone)] = "UTC"


Text = Annotated[Column, BeforeValidator(_short)]


class Columns(Part):
    """The common row: what each column is made from."""

    stream_id: Text
    streamer_id: Text
    streamer_login: Text | None = None
    streamer_name: Text | None = None
    category_id: Text | None = None
    category_name: Text | None = None
    title: Text | None = None
    language: Text | None = None
    viewer_count: Text
    started_at: Annotated[TimeColumn, BeforeValidator(_short)] | None = None
    tags: Text | None = None
    is_mature: Text | None = None


class ErrorMark(Part):
    """A field that a platform leaves empty in records that are errors; another value than `usual` is kept."""

    field: Path
    usual: str


class Rules(Part):
    """What records cannot be, and what is kept of a record besides the common row.

    In `strict` records a text is never a number, nor a number a text, and an empty list of tags is kept.
    With `keep_unknown` the fields that no column is made from are kept as JSON, but for those that are named
    in `drop`. Starts lie in `first_year` or after it, and at most `minutes_ahead` after the crawl's own.
    """

    strict: bool = False
    keep_unknown: bool = False
    drop: list[Path] = []
    error_mark: ErrorMark | None = None
    most_viewers: Annotated[int, Field(ge=1)] = 100_000_000
    first_year: Annotated[int, Field(ge=1970, le=2100)] = 2011
    minutes_ahead: Annotated[int, Field(ge=0)] = 10
