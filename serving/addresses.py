"""Listens on an address, or says in a sentence why it cannot."""

import os
import socket

from serving.errors import CannotServe

LOOPBACK = "127.0.0.1"


def listening(host: str, port: int, otherwise: str, backlog: int | None = None) -> socket.socket:
    """Return a socket that listens; `otherwise` says how another address is chosen.

    Raises:
        CannotServe: the address cannot be listened on.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=backlog)
    except OSError as error:
        reason = os.strerror(error.errno or 0).lower()
        raise CannotServe(
            f"{host}:{port} cannot be listened on: {reason}; end what uses it, or choose another {otherwise}"
        ) from error
