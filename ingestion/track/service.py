"""Calls a described service: signs, paces, fills in the ids, and hands back the answer as it came."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import requests
from pydantic import SecretStr
from requests.auth import AuthBase

from ingestion.client.application import Application, Names, described_names, with_client_id
from ingestion.client.http import Answer, ApiError, Transport
from ingestion.client.pacing import CountedTurns, Pacer
from ingestion.client.token import AGAIN, SignedCalls, signed_by
from ingestion.clock import Deadline
from ingestion.settings import Settings
from ingestion.sources.client import ApiKey, Auth, Bearer, Bounds, ClientCredentials, HttpBasic, Service
from ingestion.sources.kind import PLACE, Endpoint, Kind
from ingestion.variables import read_access

BLOT = "***"


def access_to(service: Service) -> dict[str, str]:
    """Return the service's variables: addresses, and credentials, {} of those that may be and are not set.

    Raises:
        MissingSetting, WrongSettings: as `read_access`.
    """
    client, auth = service.client, service.client.auth
    addresses = {client.url_variable: client.base_url}
    if isinstance(auth, ClientCredentials):
        addresses[auth.url_variable] = auth.access_token_url
    names, optional = (auth.variables, auth.optional) if auth else ([], False)
    return read_access(addresses, names, service.credentials_page, optional=optional)


def bounds_of(service: Service, access: Mapping[str, str]) -> Bounds:
    """Return what the service bears with the credentials that there are."""
    auth, anonymous = service.client.auth, service.budget.anonymous
    is_anonymous = auth is not None and any(name not in access for name in auth.variables)
    return anonymous if is_anonymous and anonymous else service.budget


class ServiceCalls:
    """A client of one service; each call is paced, and no answer holds a secret of ours."""

    def __init__(
        self, name: str, service: Service, access: Mapping[str, str], settings: Settings, deadline: Deadline
    ) -> None:
        """Take the service's name, its description, its variables (see `access_to`) and the deadline."""
        self._service, self._access = service, access
        self._url = access[service.client.url_variable].rstrip("/")
        self.bounds = bounds_of(service, access)
        spacing = 60 / self.bounds.calls_per_minute
        pacer = Pacer(deadline.now, deadline.sleep, spacing_seconds=spacing, is_told=True)
        self.pacer = CountedTurns(pacer)
        auth = service.client.auth
        names = auth.secrets if auth else []
        self._secrets = tuple(access[one] for one in names if one in access)
        self._calls: Transport | SignedCalls = Transport(self.pacer, deadline)
        self._sign: AuthBase | None = None
        if isinstance(auth, ClientCredentials) and self._secrets:
            self._calls = self._signed(name, auth, settings, deadline)
        elif auth and self._secrets:
            self._sign = _Signature(auth, access)

    def ask(self, kind: Kind, endpoint: Endpoint, ids: Sequence[str]) -> Answer:
        """Send one call for these ids and return what it brought, without our secrets.

        Raises:
            RefusedCredentials: the service refuses the credentials.
            ApiError: the call failed for good.
            OutOfTime: the deadline has passed.
        """
        values = self._values(kind, endpoint, ids)
        path = PLACE.sub(lambda place: quote(values[place[1]], safe=""), endpoint.path)
        call: dict[str, Any] = {"params": list(self._params(endpoint, ids, values))}
        if endpoint.method == "POST":
            call["json"] = _filled(endpoint.json_body, values)
        if self._sign:
            call["auth"] = self._sign
        if isinstance(self._calls, Transport):
            call["secrets"] = self._secrets
        headers = dict(self._service.client.headers)
        answer = self._calls.answer(
            endpoint.method, f"{self._url}/{path.lstrip('/')}", headers=headers, **call
        )
        body = answer.body
        for secret in self._secrets:
            body = body.replace(secret.encode(), BLOT.encode())
        return answer._replace(body=body)

    @property
    def names(self) -> Names:
        """What sentences call the service and its credentials."""
        service, client = self._service, self._service.client
        return described_names(service.title, client.auth, client.url_variable, service.credentials_page)

    def _values(self, kind: Kind, endpoint: Endpoint, ids: Sequence[str]) -> dict[str, str]:
        spelt = [endpoint.batch.prefix + item_id for item_id in ids]
        return {**kind.parts(ids[0]), "id": spelt[0], "ids": endpoint.batch.join.join(spelt)}

    def _params(
        self, endpoint: Endpoint, ids: Sequence[str], values: Mapping[str, str]
    ) -> list[tuple[str, str]]:
        params = []
        for name, value in endpoint.params.items():
            if endpoint.batch.repeat and value == "{ids}":
                params += [(name, endpoint.batch.prefix + item_id) for item_id in ids]
            else:
                text = str(value).lower() if isinstance(value, bool) else str(value)
                params.append((name, str(_filled(text, values))))
        return params

    def _signed(
        self, name: str, auth: ClientCredentials, settings: Settings, deadline: Deadline
    ) -> SignedCalls:
        client_id = self._access[auth.client_id]
        application = Application(
            client_id,
            SecretStr(self._access[auth.client_secret]),
            self._access[auth.url_variable],
            {**self._service.client.headers, **with_client_id(auth.headers, client_id)},
            self.names,
            asks_by_basic=auth.basic,
        )
        cache = settings.root / f"token-tracked-{name}.json"
        return signed_by(application, cache, self.pacer, deadline, self._refused)

    def _refused(self, error: ApiError) -> Exception:
        return self.names.refused(AGAIN, error)


class _Signature(AuthBase):
    """Puts a token, a key, or a name and a password into a call."""

    def __init__(self, auth: Auth, access: Mapping[str, str]) -> None:
        self._auth, self._access = auth, access

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        auth = self._auth
        if isinstance(auth, Bearer):
            request.headers["Authorization"] = f"Bearer {self._access[auth.token]}"
        elif isinstance(auth, HttpBasic):
            sign = requests.auth.HTTPBasicAuth(self._access[auth.username], self._access[auth.password])
            return sign(request)
        elif isinstance(auth, ApiKey) and auth.location == "header":
            request.headers[auth.name] = self._access[auth.api_key]
        elif isinstance(auth, ApiKey):
            request.prepare_url(request.url or "", {auth.name: self._access[auth.api_key]})
        return request


def _filled(value: Any, values: Mapping[str, str]) -> Any:
    """Return a text, or all texts of a JSON value, with their places filled."""
    if isinstance(value, str):
        return PLACE.sub(lambda place: values[place[1]], value)
    if isinstance(value, dict):
        return {name: _filled(one, values) for name, one in value.items()}
    return [_filled(one, values) for one in value] if isinstance(value, list) else value
