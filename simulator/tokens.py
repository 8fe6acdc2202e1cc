"""Application tokens: minting, checking, expiry by time or by number of calls."""

import secrets
from dataclasses import dataclass, field

DEFAULT_LIFETIME = 5_000_000


@dataclass
class Token:
    """One application token; `calls` counts the authorised calls made with it."""

    text: str
    expires_at: float
    calls: int = 0


class Refused(Exception):
    """A call that Twitch answers with an error: HTTP status and message."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


@dataclass
class TokenDesk:
    """Hands out tokens to one application and checks them.

    A token ends after `lifetime` seconds, or after `max_calls` calls when that is given.
    """

    client_id: str
    client_secret: str
    lifetime: int = DEFAULT_LIFETIME
    max_calls: int | None = None
    minted: int = 0
    tokens: dict[str, Token] = field(default_factory=dict)

    def mint(self, form: dict[str, str], now: float) -> dict[str, object]:
        """Answer a token request; Refused with Twitch's own status and message when it is wrong."""
        for name in ("client_id", "client_secret", "grant_type"):
            if not form.get(name):
                raise Refused(400, f"missing {name.replace('_', ' ')}")
        if form["client_id"] != self.client_id:
            raise Refused(400, "invalid client")
        if not secrets.compare_digest(form["client_secret"].encode(), self.client_secret.encode()):
            raise Refused(403, "invalid client secret")
        if form["grant_type"] != "client_credentials":
            raise Refused(400, "invalid grant type")
        token = Token(secrets.token_hex(15), now + self.lifetime)
        self.tokens[token.text] = token
        self.minted += 1
        return {"access_token": token.text, "expires_in": self.lifetime, "token_type": "bearer"}

    def validate(self, authorization: str | None, now: float) -> dict[str, object]:
        """Answer a validation request (either `Bearer` or `OAuth` before the token)."""
        token = self._known(authorization, ("bearer", "oauth"), now)
        if token is None:
            raise Refused(401, "missing authorization token" if not authorization else "invalid access token")
        return {"client_id": self.client_id, "scopes": None, "expires_in": int(token.expires_at - now)}

    def authorise(self, client_id: str | None, authorization: str | None, now: float) -> None:
        """Check a call's two headers and count it against the token's calls."""
        if not client_id:
            raise Refused(401, "Client ID is missing")
        if not authorization:
            raise Refused(401, "OAuth token is missing")
        token = self._known(authorization, ("bearer",), now)
        if token is None:
            raise Refused(401, "Invalid OAuth token")
        if client_id != self.client_id:
            raise Refused(401, "Client ID and OAuth token do not match")
        token.calls += 1

    def _known(self, authorization: str | None, schemes: tuple[str, ...], now: float) -> Token | None:
        scheme, _, text = (authorization or "").partition(" ")
        token = self.tokens.get(text) if scheme.lower() in schemes else None
        if token is None or now >= token.expires_at:
            return None
        if self.max_calls is not None and token.calls >= self.max_calls:
            return None
        return token
