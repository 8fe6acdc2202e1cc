"""Carries one call over HTTP: timeouts, retries, pacing; knows neither tokens nor pages."""

import json
import threading
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import requests
from requests.auth import AuthBase
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt, wait_exponential_jitter
from urllib3.exceptions import HTTPError

from ingestion.client.pacing import Turns
from ingestion.client.unreachable import address, reason_of
from ingestion.clock import Deadline, OutOfTime, epoch_seconds
from ingestion.exits import BAD_INPUT, Stopped

CONNECT_SECONDS, READ_SECONDS, ANSWER_SECONDS = 5.0, 20.0, 30.0
SHORTEST_TIMEOUT_SECONDS = 0.01
CHUNK_BYTES = 1 << 16
ATTEMPTS = 6
PASSING_STATUSES = frozenset({429, 500, 502, 503, 504})
PASSING_ERRORS = (requests.ConnectionError, requests.Timeout, HTTPError)


class ApiError(Stopped):
    """A call that failed; holds no secret.

    `reason` fits an audit record ("HTTP 500"), `message` is the server's own, `status` the HTTP
    status or None, `is_passing` whether repeating the call may help.
    """

    def __init__(
        self,
        where: str,
        reason: str,
        *,
        status: int | None = None,
        message: str = "",
        is_passing: bool = False,
    ) -> None:
        super().__init__(f"{where}: {reason}" + (f" ({message})" if message else ""))
        self.where, self.reason, self.status, self.message = where, reason, status, message
        self.is_passing = is_passing

    @property
    def leads_nowhere(self) -> bool:
        """Whether nobody answers at this address, or not on this path."""
        return isinstance(self, Unreachable) or self.status == 404


class Unreachable(ApiError):
    """A call that got no answer at all."""


class WrongAddress(ApiError):
    """A setting leads to a server that has nothing there; takes the setting and the call."""

    exit_code = BAD_INPUT

    def __init__(self, setting: str, where: str) -> None:
        super().__init__(where, f"HTTP 404, so {setting} is not the address that it should be", status=404)


class Answer(NamedTuple):
    """What a call brought: its JSON, the same as it was sent, and the answer's headers."""

    value: Any
    body: bytes
    headers: Mapping[str, str]


class Transport:
    """Sends calls of any number of threads and returns their JSON, until a deadline.

    Proxies and certificates are taken from where `requests` takes them.
    """

    def __init__(self, pacer: Turns, deadline: Deadline) -> None:
        """Take the pacer of the server's bucket, and the deadline that no call outlives."""
        self._pacer, self._deadline = pacer, deadline
        self._of_thread = _OfThread()
        self._retrying = Retrying(
            stop=stop_after_attempt(ATTEMPTS),
            wait=_seconds_to_wait,
            retry=retry_if_exception(lambda error: isinstance(error, ApiError) and error.is_passing),
            sleep=deadline.sleep,
            reraise=True,
        )

    def json(self, method: str, url: str, **call: Any) -> Any:
        """Send one call as `answer` does, and return its JSON alone."""
        return self.answer(method, url, **call).value

    def answer(
        self, method: str, url: str, *, secrets: Sequence[str] = (), urgency: float = 0.0, **call: Any
    ) -> Answer:
        """Send one call and return what it brought.

        Repeats 429 (once `Ratelimit-Reset` has passed), 500, 502, 503, 504, dropped connections,
        answers that take longer than half a minute and bodies that are not JSON, up to six times.
        `call` takes `params`, `data`, `headers` and `auth` as `requests` does; `secrets` are blotted
        out of what the server says; of the calls that wait for a turn the most urgent goes first.

        Raises:
            ApiError: the call failed for good.
            OutOfTime: the deadline has passed.
        """
        self._of_thread.problem = None
        try:
            answer: Answer = self._retrying(self._try, method, url, secrets, urgency, **call)
            return answer
        except OutOfTime as end:
            end.problem = self._of_thread.problem
            raise

    def _try(self, *arguments: Any, **call: Any) -> Answer:
        try:
            return self._send_once(*arguments, **call)
        except ApiError as error:
            self._of_thread.problem = error
            raise

    def _send_once(
        self, method: str, url: str, secrets: Sequence[str], urgency: float, **call: Any
    ) -> Answer:
        where = f"{method} {address(url)}"
        self._deadline.check()
        with self._pacer.turn(urgency) as turn:
            try:
                response, body = self._exchange(method, url, **call)
            except (requests.RequestException, HTTPError) as error:
                passing = isinstance(error, PASSING_ERRORS)
                problem = Unreachable(where, reason_of(error, url), is_passing=passing)
                if not isinstance(error, requests.Timeout):  # that may be the deadline's own doing
                    self._of_thread.problem = problem
                self._deadline.check()
                raise problem from None
            self._pacer.observe(turn, response)
        if response.ok:  # an error may come from a proxy on the way, with a clock of its own
            self._deadline.compare(response.headers.get("Date"))
        return Answer(_read(response.status_code, body, where, secrets), body, response.headers)

    def _exchange(
        self, method: str, url: str, *, auth: AuthBase | tuple[str, str] | None = None, **call: Any
    ) -> tuple[requests.Response, bytes]:
        left = max(self._deadline.seconds_left(), SHORTEST_TIMEOUT_SECONDS)
        # A redirect could carry a secret elsewhere; an explicit auth keeps ~/.netrc out of the call.
        with self._of_thread.session.request(
            method,
            url,
            timeout=(min(CONNECT_SECONDS, left), min(READ_SECONDS, left)),
            allow_redirects=False,
            auth=auth or _unsigned,
            stream=True,
            **call,
        ) as response:
            return response, self._body(response, min(ANSWER_SECONDS, left))

    def _body(self, response: requests.Response, seconds: float) -> bytes:
        """Return the body; a server that sends it drop by drop is a Timeout after so many seconds."""
        ends_at = epoch_seconds(self._deadline.now()) + seconds
        body = bytearray()
        # read1 returns with what there is; read and iter_content wait until a chunk is full
        while chunk := response.raw.read1(CHUNK_BYTES, decode_content=True):
            body += chunk
            if epoch_seconds(self._deadline.now()) > ends_at:
                raise requests.Timeout
        return bytes(body)


class _OfThread(threading.local):
    """What each thread has for itself: its connections, and what its newest call failed of."""

    def __init__(self) -> None:
        self.session = requests.Session()
        self.problem: Exception | None = None


def _unsigned(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _seconds_to_wait(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, ApiError) and error.status == 503 and state.attempt_number == 1:
        return 0.0
    return wait_exponential_jitter(initial=1, max=30, jitter=1)(state)


def _read(status: int, body: bytes, where: str, secrets: Sequence[str]) -> Any:
    if not 200 <= status < 300:
        raise ApiError(
            where,
            f"HTTP {status}",
            status=status,
            message=_message(body, secrets),
            is_passing=status in PASSING_STATUSES,
        )
    try:
        return json.loads(body)
    except ValueError:
        raise ApiError(where, "the answer is not JSON", is_passing=True) from None


def _message(body: bytes, secrets: Sequence[str]) -> str:
    try:
        said = json.loads(body)
    except ValueError:
        return ""
    message = " ".join(str(said.get("message") or "").split()) if isinstance(said, dict) else ""
    for secret in filter(None, secrets):
        message = message.replace(secret, "***")
    return message[:200]
