"""Calls a described platform: signs, paces, and tells failures from answers."""

from collections.abc import Mapping
from functools import partial
from typing import Any, Protocol

from pydantic import SecretStr
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential_jitter

from ingestion.client import bucket
from ingestion.client.application import Application, Names, described_names, with_client_id
from ingestion.client.http import ApiError, Transport
from ingestion.client.pacing import Pacer
from ingestion.client.token import AGAIN, SignedCalls, signed_by
from ingestion.client.unreachable import address
from ingestion.clock import Deadline
from ingestion.platforms.description import ClientCredentials, Description, Failure, Values
from ingestion.platforms.readers import look_up
from ingestion.settings import Settings

ATTEMPTS = 3
REFUSALS = (401, 403)


class SaidFailure(ApiError):
    """An answer with status 200 that says of itself that it failed."""


class Calls(Protocol):
    """What sends a call and returns its JSON, signed or not."""

    def json(self, method: str, url: str, **call: Any) -> Any:
        """Send one call as `Transport.json` does."""


class PlatformCalls:
    """A client of one described platform."""

    def __init__(
        self, description: Description, variables: Mapping[str, str], settings: Settings, deadline: Deadline
    ) -> None:
        """Take the description, its variables (see `variables_of`), the settings and the deadline."""
        self._description, self._url = description, variables[description.url_variable].rstrip("/")
        limits = description.limits
        names = bucket.Names(limits.headers.limit, limits.headers.remaining, limits.headers.reset)
        self.pacer = Pacer(deadline.now, deadline.sleep, spacing_seconds=limits.spacing_seconds, names=names)
        self._extra: dict[str, Any] = {}
        self._parameters: dict[str, str] = {}
        self._calls: Calls = Transport(self.pacer, deadline)
        authentication = description.authentication
        if isinstance(authentication, ClientCredentials):
            self._calls = self._signed(authentication, variables, settings, deadline)
        elif isinstance(authentication, Values):
            values = {name: variables[variable] for name, variable in authentication.values.items()}
            self._extra["secrets"] = tuple(values.values())
            if authentication.kind == "header":
                self._extra["headers"] = values
            else:
                self._parameters = values
        self._retrying = Retrying(
            stop=stop_after_attempt(ATTEMPTS),
            wait=wait_exponential_jitter(initial=1, max=30, jitter=1),
            retry=retry_if_exception_type(SaidFailure),
            sleep=deadline.sleep,
            reraise=True,
        )

    def page(
        self, query: Mapping[str, Any], body: Mapping[str, Any], *, urgency: float = 0.0
    ) -> tuple[Any, list[Any]]:
        """Return the answer to a request for a page with this query and body, and its records.

        An answer that says that it failed is asked for again, three times in all. Of the calls that wait for
        the rate limit the most urgent goes first.

        Raises:
            RefusedCredentials: the platform refuses the credentials.
            ApiError: the call failed for good, or the answer has another shape.
            OutOfTime: the deadline has passed.
        """
        request, records_at = self._description.request, self._description.answer.records
        call: dict[str, Any] = {"params": self._params(query), "urgency": urgency}
        if request.method == "POST":
            call["json"] = body
        answer = self._retrying(self._ask, request.method, request.path, call)
        records = look_up(answer, records_at)
        if not isinstance(records, list):
            where = f"{request.method} {address(self._url)}/{request.path}"
            raise ApiError(where, f"the answer holds no list of {records_at}")
        return answer, records

    def get(self, path: str) -> Any:
        """Return the answer of another call without parameters; raises as `page` does."""
        return self._retrying(self._ask, "GET", path, {"params": self._params({})})

    def _params(self, query: Mapping[str, Any]) -> list[tuple[str, str]]:
        said = {**query, **self._parameters}
        repeated = {name: value if isinstance(value, list) else [value] for name, value in said.items()}
        return [(name, _spelt(value)) for name, values in repeated.items() for value in values]

    def _ask(self, method: str, path: str, call: dict[str, Any]) -> Any:
        try:
            answer = self._calls.json(method, f"{self._url}/{path}", **call, **self._extra)
        except ApiError as error:
            # where there is a token, who sends it knows what a refusal means
            if error.status in REFUSALS and isinstance(self._description.authentication, Values):
                raise self._names.refused("the call is refused", error) from None
            raise
        failure = self._description.answer.failure
        if failure and (said := _said(answer, failure)):
            where = f"{method} {address(self._url)}/{path}"
            failed = SaidFailure(where, said, message=self._message(answer))
            if _is_refusal(answer, failure, failed.message):
                raise self._names.refused("the call is refused", failed)
            raise failed
        return answer

    def _message(self, answer: Any) -> str:
        message = " ".join(str(look_up(answer, self._description.answer.message) or "").split())
        for secret in self._extra.get("secrets", ()):
            message = message.replace(secret, "***")
        return message[:200]

    def _signed(
        self,
        authentication: ClientCredentials,
        variables: Mapping[str, str],
        settings: Settings,
        deadline: Deadline,
    ) -> SignedCalls:
        client_id = variables[authentication.client_id]
        application = Application(
            client_id,
            SecretStr(variables[authentication.client_secret]),
            variables[authentication.url_variable],
            with_client_id(authentication.headers, client_id),
            self._names,
        )
        cache = settings.root / f"token{self._description.suffix}.json"
        return signed_by(application, cache, self.pacer, deadline, partial(self._names.refused, AGAIN))

    @property
    def _names(self) -> Names:
        described = self._description
        return described_names(
            described.title, described.authentication, described.url_variable, described.credentials_page
        )


def _spelt(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _said(answer: Any, failure: Failure) -> str:
    """Return how an answer says that it failed, "" if it does not."""
    value = look_up(answer, failure.at)
    try:
        number = None if value is None else int(value)
    except (TypeError, ValueError, OverflowError):
        return f"{failure.at} is no number"
    if number is None:
        return ""
    is_low = failure.at_most is not None and number <= failure.at_most
    is_other = failure.other_than is not None and number != failure.other_than
    return f"{failure.at} is {number}" if is_low or is_other else ""


def _is_refusal(answer: Any, failure: Failure, message: str) -> bool:
    """Return whether an answer that says that it failed means that the credentials are refused."""
    number = str(look_up(answer, failure.at))
    return any(
        number == str(one) if isinstance(one, int) else one.lower() in message.lower()
        for one in failure.refused
    )
