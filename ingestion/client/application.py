"""The application that a platform knows us by: its credentials, and what to say when they are refused."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from pydantic import SecretStr

from ingestion.client.http import ApiError
from ingestion.exits import Refused


class RefusedCredentials(Refused):
    """The platform refuses the application; the message names the variables and their source."""


@dataclass(frozen=True)
class Names:
    """What sentences call a platform's application.

    That is the platform, the variables that hold its credentials and the one that holds the token
    endpoint's address, and the page on which credentials are given out.
    """

    platform: str
    variables: tuple[str, ...]
    token_setting: str
    page: str

    def refused(self, what: str, error: ApiError) -> RefusedCredentials:
        """Return the error that says what the platform refuses, how, and what to do."""
        said = error.reason + (f', "{error.message}"' if error.message else "")
        return RefusedCredentials(
            f"{self.platform} refuses {' and '.join(self.variables)}: {what} ({error.where}: {said}); "
            f"see {self.page} for the application's id and a new secret"
        )


class Signing(Protocol):
    """How a description signs calls: the variables that hold credentials."""

    @property
    def variables(self) -> Sequence[str]:
        """The variables, in the order in which sentences name them."""


def described_names(title: str, signing: Signing | None, url_variable: str, page: str) -> Names:
    """Return what sentences call what a description describes; `url_variable` leads to it."""
    variables = tuple(signing.variables) if signing else (url_variable,)
    return Names(title, variables, getattr(signing, "url_variable", url_variable), page)


def with_client_id(headers: Mapping[str, str], client_id: str) -> dict[str, str]:
    """Return a description's headers, with the application's id where they say {client_id}."""
    return {name: text.replace("{client_id}", client_id) for name, text in headers.items()}


TWITCH = Names(
    "Twitch",
    ("TWITCH_CLIENT_ID", "TWITCH_CLIENT_SECRET"),
    "TWITCH_TOKEN_URL",
    "https://dev.twitch.tv/console/apps",
)


@dataclass(frozen=True)
class Application:
    """Who asks for a token, and where; `headers` are sent with each signed call, besides the token.

    With `asks_by_basic` the id and the secret go into a header of the token's call, else into its form.
    """

    client_id: str
    client_secret: SecretStr
    token_url: str
    headers: Mapping[str, str]
    names: Names = TWITCH
    asks_by_basic: bool = False

    @property
    def fingerprint(self) -> str:
        """Ties a cached token to the application and the server that gave it."""
        return hashlib.sha256(f"{self.client_id}\n{self.token_url}".encode()).hexdigest()
