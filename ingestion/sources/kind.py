"""What a kind of tracked item is: how it is asked for, and what of an answer is a metric of it."""

import re
from datetime import timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from ingestion.descriptions.parts import Part, Scalar
from ingestion.sources.paths import JsonPath
from ingestion.sources.spans import Span

PLACE = re.compile(r"\{([^{}]*)\}")
KIND = r"^[a-z][a-z0-9_]*(\.[a-z0-9][a-z0-9_-]*)+$"
METRIC = r"^[a-z][a-z0-9_]{0,62}$"
MOST_ID = 200
OneOrMore = Annotated[
    list[JsonPath], BeforeValidator(lambda value: [value] if isinstance(value, str) else value)
]
Parse = Literal["iso_duration", "twitch_duration"]


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"this is no regular expression ({error})") from None
    return text


class Batch(Part):
    """How many ids go into one call, and how: joined by `join`, or with the parameter repeated."""

    size: Annotated[int, Field(ge=1, le=1000)] = 1
    join: str = ","
    repeat: bool = False
    prefix: str = ""


class Action(Part):
    """What a status means for the ids of its call: that they are `missing`, or have `failed` alone."""

    status_code: int
    action: Literal["missing", "failed"]


class Endpoint(Part):
    """One call: `{id}`, `{ids}` and the named groups of `valid` are filled in.

    `data_selector` leads to the record or to the list of records; `data_required: false` takes an answer
    without it for an empty list. A call costs `units` of the day's quota.
    """

    path: str
    params: dict[str, Scalar] = {}
    method: Literal["GET", "POST"] = "GET"
    json_body: Annotated[dict[str, Any], Field(alias="json")] = {}
    batch: Batch = Batch()
    data_selector: JsonPath = "$"
    data_required: bool = True
    key: JsonPath | None = None
    response_actions: list[Action] = []
    units: Annotated[int, Field(ge=0)] = 1

    @property
    def places(self) -> set[str]:
        """The names in braces."""
        texts = [self.path, *map(str, self.params.values()), str(list(self.json_body.values()))]
        return {place for text in texts for place in PLACE.findall(text)}

    @model_validator(mode="after")
    def _can_tell_records_apart(self) -> Self:
        if self.batch.size > 1 and not self.key:
            raise ValueError(
                "say key, the path of a record's id: without it no answer to several ids can be read"
            )
        if self.batch.size > 1 and not any("{ids}" in str(value) for value in self.params.values()):
            raise ValueError('say {ids} in a parameter, as in params: {id: "{ids}"}')
        return self


class Metric(Part):
    """A number of each record. A `counter` only grows, a `gauge` moves.

    `absent` says what it means when it is not there or null: `fault` (it has to be there), `unknown` (it is
    hidden) or `zero`. Where a record has a value of `hidden_when`, the metric is unknown whatever it says.
    """

    path: JsonPath
    type: Literal["integer", "number", "boolean"] = "integer"
    sort: Literal["counter", "gauge"]
    absent: Literal["fault", "unknown", "zero"] = "fault"
    parse: Parse | None = None
    hidden_when: dict[JsonPath, Scalar] = {}


class Value(Part):
    """What is aggregated of each element."""

    path: JsonPath
    parse: Parse | None = None


class Aggregate(Part):
    """Statistics of a list in the record; each makes a gauge such as views_mean; `count` is one more."""

    over: JsonPath
    values: Annotated[dict[Annotated[str, Field(pattern=METRIC)], Value], Field(min_length=1)]
    stats: Annotated[list[Literal["mean", "median", "std", "min", "max", "sum"]], Field(min_length=1)]


class Discover(Part):
    """Items of another kind that an answer lists; elements that have a value of `unless` are passed over."""

    each: JsonPath
    kind: Annotated[str, Field(pattern=KIND)]
    id: JsonPath
    label: JsonPath | None = None
    unless: dict[JsonPath, Scalar] = {}


class Schedule(Part):
    """How often an item is asked for, spread over `jitter`, and for how long after it was added."""

    every: Span
    jitter: Span = timedelta()
    ends_after: Span | None = None

    @model_validator(mode="after")
    def _can_be_kept(self) -> Self:
        if self.every < timedelta(seconds=1) or self.jitter > self.every:
            raise ValueError("every is at least 1s, and jitter at most every")
        return self


class Kind(Part):
    """A kind of tracked item."""

    endpoint: Endpoint
    exists: Endpoint | None = None
    valid: Annotated[str, AfterValidator(_pattern)] = r"[\w.~-]+"
    lower: bool = False
    metrics: dict[Annotated[str, Field(pattern=METRIC)], Metric] = {}
    aggregate: Aggregate | None = None
    metadata: dict[str, OneOrMore] = {}
    discover: Discover | None = None
    missing: Literal["unknown", "zero", "gone"] = "unknown"
    gone_after: Annotated[int, Field(ge=1)] = 3
    schedule: Schedule

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if not (self.metrics or self.aggregate or self.discover):
            raise ValueError("say metrics, aggregate or discover: nothing would be kept of an answer")
        known = {"id", "ids", *re.compile(self.valid).groupindex}
        unknown = sorted({place for one in self.endpoints for place in one.places} - known)
        if unknown:
            raise ValueError(f"{{{unknown[0]}}} is filled by nothing; it can be {', '.join(sorted(known))}")
        return self

    @property
    def endpoints(self) -> list[Endpoint]:
        """The calls that are made for it."""
        return [self.endpoint, *([self.exists] if self.exists else [])]

    def spelt(self, item_id: str) -> str:
        """Return an id as it is tracked.

        Raises:
            ValueError: no id looks like that.
        """
        spelt = item_id.strip().lower() if self.lower else item_id.strip()
        parts = re.fullmatch(self.valid, spelt, re.ASCII)
        if parts is None or len(spelt) > MOST_ID or {".", ".."} & {spelt, *parts.groupdict().values()}:
            raise ValueError(f"{item_id[:MOST_ID]!r} is no id of it, which looks like {self.valid}")
        return spelt

    def parts(self, item_id: str) -> dict[str, str]:
        """Return the named groups of `valid` in an id."""
        parts = re.fullmatch(self.valid, item_id, re.ASCII)
        return {name: part or "" for name, part in parts.groupdict().items()} if parts else {}
