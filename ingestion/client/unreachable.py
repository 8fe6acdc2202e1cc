"""Says in words why no answer came: which connection failed, and whether a proxy is at fault."""

import socket
import ssl
from collections.abc import Iterator

import requests
from requests.utils import get_environ_proxies, select_proxy

PROXY_ERRORS = (requests.exceptions.ProxyError, requests.exceptions.InvalidProxyURL)


def reason_of(error: Exception, url: str) -> str:
    """Return the reason for which a call to `url` got no answer, without any secret.

    What has no words of its own is named by the error's type.
    """
    proxy = select_proxy(url, get_environ_proxies(url))
    is_socks = isinstance(error, requests.exceptions.InvalidSchema) and "SOCKS" in str(error)
    if is_socks or isinstance(error, PROXY_ERRORS):
        named = f"the proxy {address(proxy or '')} (HTTP_PROXY, HTTPS_PROXY or ALL_PROXY)"
        return (
            f"{named} is a SOCKS proxy, which is not supported" if is_socks else f"{named}: {_plain(error)}"
        )
    return _plain(error)


def address(url: str) -> str:
    """Return a URL's host, port and path, without user information, query and fragment, for messages."""
    rest = url.partition("://")[2] or url
    host, slash, path = rest.partition("/")
    return host.rpartition("@")[2] + (slash + path).partition("?")[0].partition("#")[0]


def _plain(error: Exception) -> str:
    for cause in _causes(error):
        if isinstance(cause, socket.gaierror):
            return "no such host"
        if isinstance(cause, ConnectionRefusedError):
            return "connection refused"
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"the certificate is not accepted ({cause.verify_message})"
        if isinstance(cause, OSError) and not isinstance(cause, requests.RequestException) and cause.strerror:
            return cause.strerror.lower()
    return type(error).__name__


def _causes(error: object) -> Iterator[object]:
    """Yield the errors that an error was made of; requests and urllib3 keep them in several places."""
    if isinstance(error, BaseException):
        yield error
        for inner in (getattr(error, "reason", None), *error.args, error.__cause__, error.__context__):
            yield from _causes(inner)
