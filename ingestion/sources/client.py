"""What a description says of a service: where it is, how a call is signed, what it bears."""

from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field

from ingestion.descriptions.parts import Part, Variable
from ingestion.settings.values import called_address

Address = Annotated[str, AfterValidator(called_address)]


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"there is no time zone {name}; names are like America/Los_Angeles and UTC")
    return name


class Auth(Part):
    """How calls are signed; with `optional` they go out unsigned while a variable is not set."""

    optional: bool = False

    @property
    def variables(self) -> list[str]:
        """The variables that hold credentials."""
        return [*self._named("username", "client_id"), *self.secrets]

    @property
    def secrets(self) -> list[str]:
        """The variables that hold what nobody may see: a name is often part of an answer."""
        return self._named("token", "api_key", "password", "client_secret")

    def _named(self, *names: str) -> list[str]:
        return [getattr(self, name) for name in names if hasattr(self, name)]


class Bearer(Auth):
    """A token in the header Authorization."""

    type: Literal["bearer"]
    token: Variable


class ApiKey(Auth):
    """A key in a header or in the query."""

    type: Literal["api_key"]
    name: str = "Authorization"
    api_key: Variable
    location: Literal["header", "query"] = "header"


class HttpBasic(Auth):
    """A name and a password."""

    type: Literal["http_basic"]
    username: Variable
    password: Variable


class ClientCredentials(Auth):
    """A token for the application's id and secret; `headers` go with each call and may say {client_id}.

    With `basic` the id and the secret go into a header of the token's call, else into its form.
    """

    type: Literal["oauth2_client_credentials"]
    access_token_url: Address
    url_variable: Variable
    client_id: Variable
    client_secret: Variable
    headers: dict[str, str] = {}
    basic: bool = False


class Client(Part):
    """Where a service is; `url_variable` names the variable that leads elsewhere."""

    base_url: Address
    url_variable: Variable
    headers: dict[str, str] = {}
    auth: Annotated[Bearer | ApiKey | HttpBasic | ClientCredentials, Field(discriminator="type")] | None = (
        None
    )


class Bounds(Part):
    """Calls a minute, and units a day where the service counts them; the day ends at midnight in `resets`."""

    calls_per_minute: Annotated[int, Field(ge=1, le=100_000)] = 60
    units_per_day: Annotated[int, Field(ge=1)] | None = None
    resets: Annotated[str, AfterValidator(_zone)] = "UTC"


class Budget(Bounds):
    """What a service bears; `anonymous` is what it bears of calls without credentials."""

    anonymous: Bounds | None = None


class Service(Part):
    """A service, and why it is not asked if it is `switched_off`."""

    title: str
    credentials_page: str = ""
    switched_off: str = ""
    client: Client
    budget: Budget = Budget()
