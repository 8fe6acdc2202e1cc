"""The parameters of the questions: what they are called, and what is allowed."""

import re
from datetime import UTC, date, datetime
from typing import Annotated, Literal, get_args

from fastapi import Path
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from serving.catalogue import EVERYONE, PERIODS, PeriodName

Format = Literal["json", "csv", "arrow"]
Bucket = Literal["15m", "1h", "8h", "1d", "raw"]

MOST_ROWS = 1000
MOST_POINTS = 10_000
MOST_ITEMS = 50
MOST_OFFSET = 1_000_000_000
MOST_CHARACTERS = 200
WHOLE_NUMBER = re.compile(r"[0-9]{1,10}")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
INSTANT = re.compile(
    DATE.pattern + r"(T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})?)?"
)
TEXT = f"text of 1 to {MOST_CHARACTERS} characters, without the character NUL"
ALLOWED = {
    "platform": f"a platform of /v1/periods, {TEXT}",
    "period": f"one of {', '.join(PERIODS)}",
    "start": "the first day of a period of /v1/periods, such as 2026-11-16",
    "genre": f"a genre in which follower growth is ranked, {TEXT}",
    "game_id": TEXT,
    "language": TEXT,
    "search": TEXT,
    "limit": f"a whole number from 1 to {MOST_ROWS}, of metrics over time to {MOST_POINTS}",
    "offset": f"a whole number from 0 to {MOST_OFFSET}",
    "format": "json, csv or arrow",
    "streamer_id": TEXT,
    "session_id": TEXT,
    "kind": f"a kind of /v1/metrics, {TEXT}",
    "metric": f"a metric of /v1/metrics, {TEXT}",
    "item_id": TEXT,
    "also": f"at most {MOST_ITEMS} ids, each {TEXT}",
    "bucket": f"one of {', '.join(get_args(Bucket))}",
    "from": "a UTC date or instant, such as 2026-11-16 or 2026-11-16T12:00:00Z",
    "to": "a UTC date or instant, such as 2026-11-16 or 2026-11-16T12:00:00Z",
}


def _digits(value: object) -> object:
    if isinstance(value, str) and not WHOLE_NUMBER.fullmatch(value):
        raise ValueError("not a whole number")
    return value


def _day(value: object) -> object:
    if isinstance(value, str) and not DATE.fullmatch(value):
        raise ValueError("not a date")
    return value


def _instant(value: object) -> object:
    if isinstance(value, str) and not INSTANT.fullmatch(value):
        raise ValueError("not an instant")
    return value


def _naive(value: datetime) -> datetime:
    try:
        return value if value.tzinfo is None else value.astimezone(UTC).replace(tzinfo=None)
    except OverflowError as error:
        raise ValueError("not an instant") from error


WholeNumber = Annotated[int, BeforeValidator(_digits)]
Day = Annotated[date, BeforeValidator(_day)]
Instant = Annotated[datetime, BeforeValidator(_instant), AfterValidator(_naive)]
Text = Annotated[str, Field(min_length=1, max_length=MOST_CHARACTERS, pattern=r"^[^\x00]*$")]
Id = Annotated[
    str, Path(min_length=1, max_length=MOST_CHARACTERS, pattern=r"^[^\x00]*$", description="The id, as text.")
]
Kind = Annotated[
    str,
    Path(
        min_length=1,
        max_length=MOST_CHARACTERS,
        pattern=r"^[^\x00]*$",
        description="The kind, as `youtube.video`.",
    ),
]


class AnswerParameters(BaseModel):
    """How an answer is written."""

    model_config = ConfigDict(extra="forbid")

    format: Format | None = Field(
        None, description="How the answer is written; wins over `Accept`. Default: json."
    )


class ByIdParameters(AnswerParameters):
    """What is known by one id, which several platforms may use."""

    platform: Text | None = Field(None, description="Only this platform; by default all.")


class Page(AnswerParameters):
    """Which rows of a long answer are wanted."""

    limit: WholeNumber = Field(100, ge=1, le=MOST_ROWS, description="The most rows in one answer.")
    offset: WholeNumber = Field(
        0, ge=0, le=MOST_OFFSET, description="Rows to leave out first; `meta.next` has the next page's."
    )


class OnPlatform(Page):
    """Rows of one platform or of all."""

    platform: Text | None = Field(None, description="Only this platform; by default all.")


class OfPeriods(OnPlatform):
    """Rows of one kind of period or of all."""

    period: PeriodName | None = Field(None, description="Only this kind of period; by default all.")


class OfPeriod(OnPlatform):
    """Rows of one period."""

    period: PeriodName = Field("last_7_days", description="The kind of period.")
    start: Day | None = Field(
        None, description="The period's first day, as /v1/periods lists it; by default the newest period."
    )


class OfGenre(OfPeriod):
    """Rows of one period among those who primarily stream one genre."""

    genre: Text = Field(EVERYONE, description="Only who primarily streams this genre; `(all)`: everyone.")


class Live(OnPlatform):
    """Live streams of one game or language."""

    game_id: Text | None = Field(None, description="Only streams of this game.")
    language: Text | None = Field(None, description="Only streams in this language, as `en`.")


class Search(OnPlatform):
    """Streamers by a part of their name."""

    search: Text | None = Field(
        None, description="A part of a name or login, also of an earlier one, in upper or lower case."
    )


class OfKind(Page):
    """Rows of one kind of tracked items or of all."""

    kind: Text | None = Field(None, description="Only this kind, as `youtube.video`; by default all.")


class SearchItems(OfKind):
    """Tracked items by a part of their label or id."""

    search: Text | None = Field(None, description="A part of a label or id, in upper or lower case.")


class OfGrowth(OfKind):
    """Tracked items by their growth in one period."""

    metric: Text | None = Field(None, description="Only this metric; by default all.")
    period: PeriodName = Field("last_7_days", description="The kind of period.")
    start: Day | None = Field(None, description="The period's first day; by default the newest period's.")


class Series(Page):
    """Metrics of tracked items over time."""

    also: list[Text] = Field([], max_length=MOST_ITEMS, description="Another item's id; may be repeated.")
    metric: list[Text] = Field(
        [], max_length=MOST_ITEMS, description="Only this metric; may be repeated. By default all."
    )
    bucket: Bucket = Field("1h", description="The size of a bucket; `raw`: each reading.")
    from_: Instant | None = Field(
        None, alias="from", description="From this date or instant on, UTC; of buckets those that begin then."
    )
    to: Instant | None = Field(None, description="Until before this date or instant, UTC.")
    limit: WholeNumber = Field(1000, ge=1, le=MOST_POINTS, description="The most rows in one answer.")
