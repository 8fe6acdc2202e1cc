"""What a description of a platform can say: its keys, their types and their meaning."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from ingestion.client.bucket import RATELIMIT
from ingestion.descriptions.parts import Part, Path, Scalar, Variable
from ingestion.platforms.columns import Columns, Rules
from ingestion.platforms.lists import (
    Cursor,
    Languages,
    Numbered,
    Partitions,
    Request,
    Single,
    Streamers,
    Total,
)
from ingestion.settings.values import called_address

TWITCH = "twitch"


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


class LimitHeaders(Part):
    """The headers of an answer that tell the rate limit.

    They are points a minute, points left, and the epoch second at which all are there again.
    """

    limit: str = RATELIMIT.limit
    remaining: str = RATELIMIT.remaining
    reset: str = RATELIMIT.reset


class Limits(Part):
    """What the platform bears.

    With `points_a_minute`, one a call, calls go out as fast as the `headers` let them; without, evenly at
    `calls_a_minute`.
    """

    calls_a_minute: Annotated[int, Field(ge=1)] = 60
    points_a_minute: Annotated[int, Field(ge=1)] | None = None
    headers: LimitHeaders = LimitHeaders()
    cadence_minutes: Annotated[int, Field(ge=1, le=60)] = 1

    @property
    def most_a_minute(self) -> int:
        """The calls that fit a minute."""
        return self.points_a_minute or self.calls_a_minute

    @property
    def spacing_seconds(self) -> float:
        """The least seconds between two calls."""
        return 0.0 if self.points_a_minute else 60 / self.calls_a_minute


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
    rules: Rules = Rules()
    partitions: Partitions | None = None
    languages: Languages | None = None
    streamers: Streamers | None = None
    total: Total | None = None
    limits: Limits = Limits()

    @model_validator(mode="after")
    def _has_one_kind_of_part(self) -> Self:
        if self.partitions and self.languages:
            raise ValueError("say either partitions or languages")
        return self

    @property
    def variables(self) -> list[str]:
        """Every variable that is read: addresses and credentials."""
        token = [self.authentication.url_variable] if self.authentication.kind == "client_credentials" else []
        return [self.url_variable, *token, *self.authentication.variables]

    @property
    def suffix(self) -> str:
        """What tells the platform's own files in AIRTIME_HOME from others'; Twitch's were there first."""
        return "" if self.platform == TWITCH else f"-{self.platform}"
