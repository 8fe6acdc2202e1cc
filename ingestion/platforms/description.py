"""What a description of a platform can say: its keys, their types and their meaning."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from ingestion.descriptions.parts import Part, Path, Scalar, Variable
from ingestion.platforms.columns import Columns
from ingestion.settings.values import called_address


class ClientCredentials(Part):
    """A token for the application's id and secret; `headers` go with each call and may say {client_id}."""

    kind: Literal["client_credentials"]
    url: Annotated[str, AfterValidator(called_address)]
    url_variable: Variable
    client_id: Variable
    client_secret: Variable
    headers: dict[str, str] = {}

    @property
    def variables(self) -> list[str]:
        """The variables that hold credentials."""
        return [self.client_id, self.client_secret]


class Values(Part):
    """Credentials that are sent as they are: the name of a header or parameter for each variable."""

    kind: Literal["header", "query"]
    values: Annotated[dict[str, Variable], Field(min_length=1)]

    @property
    def variables(self) -> list[str]:
        """The variables that hold credentials."""
        return list(self.values.values())


class Nothing(Part):
    """A platform that asks for no credentials."""

    kind: Literal["none"]

    @property
    def variables(self) -> list[str]:
        """The variables that hold credentials: none."""
        return []


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
    into: Literal["query", "body"] = "query"
    rows: Annotated[int, Field(ge=1)] = 100
    max_pages: Annotated[int, Field(ge=1, le=100_000)] = 1000


class Cursor(Paged):
    """Pages behind a cursor, which is `at` this path of each answer.

    Without a cursor the list ends, with `empty_page_ends` at an empty page, with `pages` (a path) where the
    cursor is that number. `echo` gives parameters that the next call repeats, each with its path.
    """

    kind: Literal["cursor"]
    at: Path
    echo: dict[str, Path] = {}
    pages: Path | None = None
    empty_page_ends: bool = False


class Numbered(Paged):
    """Pages by number, from `first` on; an empty page ends the list."""

    kind: Literal["page"]
    first: int = 1


class Single(Part):
    """A list in one answer."""

    kind: Literal["single"]
    rows: int = 1
    max_pages: int = 1


class Failure(Part):
    """What makes a failure of an answer with status 200: a number `at` a path, too small or another one.

    `refused` are the numbers, and parts of the message in upper or lower case, that mean refused credentials.
    """

    at: Path
    at_most: int | None = None
    other_than: int | None = None
    refused: list[Path | int] = []


class Answer(Part):
    """Where an answer has its records, and how it says that it failed; `only` keeps records with a value."""

    records: Path
    failure: Failure | None = None
    message: Path = "message"
    only: dict[Path, Scalar] = {}


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
    into: Literal["query", "body"] = "query"
    values: Annotated[list[str | int], Field(min_length=1)] | None = None
    source: Annotated[Source | None, Field(alias="from")] = None

    @model_validator(mode="after")
    def _has_values(self) -> Self:
        if bool(self.values) == bool(self.source):
            raise ValueError("say either values or from")
        return self


class Total(Part):
    """How many are live, by the platform's own word: `at` a path of each page, or of another call's answer.

    A crawl that lacks more than the share `may_miss` of them is incomplete.
    """

    at: Path
    path: Path | None = None
    may_miss: Annotated[float, Field(ge=0, lt=1)] = 0.05


class Limits(Part):
    """What the platform bears."""

    calls_a_minute: Annotated[int, Field(ge=1)] = 60
    cadence_minutes: Annotated[int, Field(ge=1, le=60)] = 1


class Description(Part):
    """A platform: who asks, where, for what, page by page, and what a record means."""

    platform: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,30}$")]
    title: str
    credentials_page: str
    url: Annotated[str, AfterValidator(called_address)]
    url_variable: Variable
    authentication: Annotated[ClientCredentials | Values | Nothing, Field(discriminator="kind")]
    request: Request
    paging: Annotated[Cursor | Numbered | Single, Field(discriminator="kind")]
    answer: Answer
    fields: Columns
    partitions: Partitions | None = None
    total: Total | None = None
    limits: Limits = Limits()

    @property
    def variables(self) -> list[str]:
        """Every variable that is read: addresses and credentials."""
        token = [self.authentication.url_variable] if self.authentication.kind == "client_credentials" else []
        return [self.url_variable, *token, *self.authentication.variables]
