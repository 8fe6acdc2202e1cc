"""Signs calls with the application's access token, which is cached on disk and renewed in time.

The OAuth clients for requests only send the form: none shares a token between processes, has one of
several threads renew it, or renews one that is answered with 401 before its end.
"""

import json
import os
import re
import tempfile
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
from pydantic import SecretStr
from requests.auth import AuthBase

from ingestion.client.application import TWITCH, Application, RefusedCredentials
from ingestion.client.http import Answer, ApiError, Transport, WrongAddress
from ingestion.client.pacing import Pacer, Turns
from ingestion.client.unreachable import address
from ingestion.clock import Deadline, Now, epoch_seconds
from ingestion.settings import Settings

RENEWAL_MARGIN_SECONDS = 3600
AGAIN = "a new access token is refused too"

# What Twitch says when an endpoint wants a user's consent: the application and its token are fine.
SCOPE = re.compile(r"\bscope|\buser (oauth|access token|auth)", re.IGNORECASE)
Refusal = Callable[[ApiError], Exception]


@dataclass(frozen=True)
class _Token:
    text: str = field(repr=False)
    expires_at: float
    renew_at: float


class AppToken:
    """The application's access token, shared through `cache` by every process of one `AIRTIME_HOME`."""

    def __init__(self, application: Application, cache: Path, transport: Transport, now: Now) -> None:
        """Take the application, the cache file (made with mode 0600), an unsigned transport and a clock."""
        self.application = application
        self._cache, self._transport, self._now = cache, transport, now
        self._lock = threading.Lock()
        self._held: _Token | None = None
        self._failures: list[Exception] = []

    def current(self) -> str:
        """Return a token that is good for a while, from memory, the cache or the token endpoint.

        Raises:
            RefusedCredentials: the token endpoint refuses the id or the secret.
            ApiError: the token endpoint fails.
        """
        return self._once(None)

    def renew(self, refused: str) -> str:
        """Return another token than the `refused` one; raises as `current` does."""
        return self._once(refused)

    def _once(self, refused: str | None) -> str:
        """Let one thread ask; those that waited for it meanwhile share its success or its failure."""
        # counted before the lock: only who waited through a failure shares it, later calls ask again
        failures = len(self._failures)
        with self._lock:
            if len(self._failures) > failures:
                raise self._failures[-1]
            try:
                return self._fresh(refused)
            except (ApiError, RefusedCredentials) as error:
                self._failures.append(error)
                raise

    def _fresh(self, refused: str | None) -> str:
        now = epoch_seconds(self._now())
        for token in (self._held, self._cached()):
            if token and token.text != refused and now < token.renew_at:
                self._held = token
                return token.text
        self._held = self._mint(now)
        self._write(self._held)
        return self._held.text

    def _mint(self, now: float) -> _Token:
        secret = self.application.client_secret.get_secret_value()
        form, call = {"grant_type": "client_credentials"}, dict[str, Any](secrets=(secret,))
        if self.application.asks_by_basic:
            call["auth"], call["headers"] = (self.application.client_id, secret), self.application.headers
        else:
            form |= {"client_id": self.application.client_id, "client_secret": secret}
        try:
            answer = self._transport.json("POST", self.application.token_url, data=form, **call)
        except ApiError as error:
            if error.status in (400, 401, 403):
                raise self.application.names.refused("no access token", error) from None
            if error.status == 404:
                raise WrongAddress(self.application.names.token_setting, error.where) from None
            raise
        return _parse(answer, now, self.application.token_url)

    def _cached(self) -> _Token | None:
        try:
            cached = json.loads(self._cache.read_bytes())
            if cached["application"] != self.application.fingerprint:
                return None
            return _Token(str(cached["access_token"]), float(cached["expires_at"]), float(cached["renew_at"]))
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return None

    def _write(self, token: _Token) -> None:
        cached = {
            "application": self.application.fingerprint,
            "access_token": token.text,
            "expires_at": token.expires_at,
            "renew_at": token.renew_at,
        }
        self._cache.parent.mkdir(parents=True, exist_ok=True)
        # mkstemp makes its file with mode 0600: at no moment can anybody else read it
        handle, name = tempfile.mkstemp(dir=self._cache.parent, prefix=".token-", suffix=".tmp")
        try:
            with os.fdopen(handle, "w") as file:
                json.dump(cached, file)
            Path(name).replace(self._cache)
        finally:
            Path(name).unlink(missing_ok=True)


class SignedCalls:
    """Sends calls with the token; a refused token is renewed and the call repeated, once."""

    def __init__(self, transport: Transport, token: AppToken, refusal: Refusal) -> None:
        """Take the transport of the calls themselves, the token and what a second refusal of it means."""
        self._transport, self._token, self._refusal = transport, token, refusal

    def json(self, method: str, url: str, **call: Any) -> Any:
        """Send one call as `answer` does, and return its JSON alone."""
        return self.answer(method, url, **call).value

    def answer(self, method: str, url: str, **call: Any) -> Answer:
        """Send one call as `Transport.answer` does.

        Raises:
            RefusedCredentials: the token endpoint refuses, or a new token is refused for itself.
            ApiError: the call failed for good; a scope that is missing is such a failure.
        """
        token = self._token.current()
        try:
            return self._send(method, url, token, call)
        except ApiError as error:
            if error.status != 401:
                raise
            _raise_missing_scope(error)
        try:
            return self._send(method, url, self._token.renew(token), call)
        except ApiError as error:
            if error.status != 401:
                raise
            _raise_missing_scope(error)
            raise self._refusal(error) from None

    def _send(self, method: str, url: str, token: str, call: Mapping[str, Any]) -> Answer:
        signature = _Signature(self._token.application.headers, token)
        return self._transport.answer(method, url, auth=signature, secrets=(token,), **call)


def refused_by_twitch(error: ApiError) -> Exception:
    """Return what a second 401 of Helix means: the application is refused."""
    return TWITCH.refused(AGAIN, error)


def signed_calls(
    settings: Settings, pacer: Turns, deadline: Deadline, refusal: Refusal = refused_by_twitch
) -> SignedCalls:
    """Return calls paced by `pacer`, signed with the settings' application, and over by the deadline.

    Raises:
        MissingSetting: the client id or secret is not set.
    """
    client_id, secret = settings.credentials()
    headers = {"Client-Id": client_id}
    application = Application(client_id, SecretStr(secret), settings.token_url, headers)
    return signed_by(application, settings.root / "token.json", pacer, deadline, refusal)


def signed_by(
    application: Application, cache: Path, pacer: Turns, deadline: Deadline, refusal: Refusal
) -> SignedCalls:
    """Return calls paced by `pacer`, signed with a token of the application that is kept in `cache`."""
    unsigned = Transport(Pacer(deadline.now, deadline.sleep), deadline)
    token = AppToken(application, cache, unsigned, deadline.now)
    return SignedCalls(Transport(pacer, deadline), token, refusal)


class _Signature(AuthBase):
    def __init__(self, headers: Mapping[str, str], token: str) -> None:
        self._headers = {**headers, "Authorization": f"Bearer {token}"}

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers.update(self._headers)
        return request


def _parse(answer: Any, now: float, url: str) -> _Token:
    try:
        text, lifetime = answer["access_token"], float(answer["expires_in"])
    except (KeyError, TypeError, ValueError):
        raise ApiError(f"POST {address(url)}", "the answer holds no access_token and expires_in") from None
    # half of a short life, so that a token that never lives an hour is not minted for every call
    return _Token(str(text), now + lifetime, now + lifetime - min(RENEWAL_MARGIN_SECONDS, lifetime / 2))


def _raise_missing_scope(error: ApiError) -> None:
    if SCOPE.search(error.message):
        advice = f"{error.message}; no application has that scope by itself, so this stays unknown"
        raise ApiError(error.where, error.reason, status=error.status, message=advice) from None
