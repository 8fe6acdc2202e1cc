"""What a description says of the list: how it is asked for, page by page, and in which parts."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from ingestion.descriptions.parts import Part, Path, Scalar

Into = Literal["query", "body"]


class Request(Part):
    """One call for a page; `query` (a list repeats its parameter) and `body` are what each says."""

    method: Literal["GET", "POST"] = "GET"
    path: Path
    query: dict[str, Scalar | list[Scalar]] = {}
    body: dict[str, Scalar] = {}

    @model_validator(mode="after")
    def _get_has_no_body(self) -> Self:
        if self.body and self.method == "GET":
            raise ValueError("a GET has no body; say method: POST")
        return self


class Paged(Part):
    """What all lists of pages have: where the place goes, and when they are over.

    Whatever the kind, a list ends at the third page in a row without a new id; so many `max_pages` are no
    end but a failure. `rows` is what a full page has. A short page ends nothing.
    """

    parameter: str
    into: Into = "query"
    rows: Annotated[int, Field(ge=1)] = 100
    max_pages: Annotated[int, Field(ge=1, le=100_000)] = 1000


class Cursor(Paged):
    """Pages behind a cursor, which is `at` this path of each answer.

    Without a cursor the list ends, with `empty_page_ends` at an empty page, with `pages` (a path) where the
    cursor is that number. `echo` gives parameters that the next call repeats, each with its path. `blank` is
    the cursor that comes where the platform has lost its place. `invalid` are parts of a 400's message, in
    upper or lower case, by which the platform calls a cursor invalid: a second time it means it.
    """

    kind: Literal["cursor"]
    at: Path
    echo: dict[str, Path] = {}
    pages: Path | None = None
    empty_page_ends: bool = False
    blank: str | None = None
    invalid: list[Path] = []


class Numbered(Paged):
    """Pages by number, from `first` on; an empty page ends the list."""

    kind: Literal["page"]
    first: int = 1


class Single(Part):
    """A list in one answer."""

    kind: Literal["single"]
    rows: int = 1
    max_pages: int = 1


class Source(Part):
    """Where a value list comes from: a call's path, the path to its records and that of their value."""

    path: Path
    records: Path
    at: Path


class Partitions(Part):
    """A list that is read once for each value of a parameter; streams in several parts count once.

    The values are either given or fetched when a crawl begins.
    """

    parameter: str
    into: Into = "query"
    values: Annotated[list[str | int], Field(min_length=1)] | None = None
    source: Annotated[Source | None, Field(alias="from")] = None

    @model_validator(mode="after")
    def _has_values(self) -> Self:
        if bool(self.values) == bool(self.source):
            raise ValueError("say either values or from")
        return self


class Languages(Part):
    """A list that is read side by side by language, in parts of like size.

    The `codes` are those that are always asked for, at most `a_call` of them in one part; what else is seen
    gets a part of its own. Codes that are answered with 400 are left out. `guessed` are streams of a code, to
    balance the first crawl, which knows of none before it.
    """

    parameter: str
    into: Into = "query"
    a_call: Annotated[int, Field(ge=1)] = 1
    codes: Annotated[list[str], Field(min_length=1)]
    guessed: dict[str, Annotated[int, Field(ge=0)]] = {}


class Streamers(Part):
    """A parameter of the list that takes ids of streamers, `a_call` of them at most.

    Who was live in the crawls before and is in no page is asked for by it.
    """

    parameter: str
    into: Into = "query"
    a_call: Annotated[int, Field(ge=1)] = 1


class Total(Part):
    """How many are live, by the platform's own word: `at` a path of each page, or of another call's answer.

    A crawl that lacks more than the share `may_miss` of them is incomplete.
    """

    at: Path
    path: Path | None = None
    may_miss: Annotated[float, Field(ge=0, lt=1)] = 0.05
