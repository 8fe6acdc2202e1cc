"""Listens, in a process that has loaded no more than that needs: `python -m ingestion.listen`."""

import time

import click

from ingestion.clock import utc_now
from ingestion.exits import plain_errors
from ingestion.listen.listening import ListenerHealth, listen
from ingestion.settings import settings

TOLD_SECONDS = 60.0


class _Teller:
    """Says how a listener fares: once a minute, and at once what is new."""

    def __init__(self) -> None:
        self._said: set[str] = set()
        self._state, self._told_at = (0, 0), -TOLD_SECONDS

    def tell(self, health: ListenerHealth) -> None:
        for problem in health.problems:
            if problem not in self._said:
                click.echo(f"Warning: {problem}", err=True)
        self._said = set(health.problems)
        state, now = (health.rooms, health.joined), time.monotonic()
        if state != self._state or now - self._told_at >= TOLD_SECONDS:
            self._state, self._told_at = state, now
            click.echo(
                f"{health.joined:,} of {health.rooms:,} rooms joined, {health.lines:,} lines, "
                f"{health.lines_a_second:,} a second, {health.dropped:,} dropped, {health.lag_seconds} s late"
            )


if __name__ == "__main__":
    with plain_errors():
        listen(settings(), utc_now, _Teller().tell)
