"""Injects named faults, each at a rate, in front of the honest application.

`Faults({"doubles": 0.2, "429": 0.05})` is a layer for `serve(..., layer=...)`. Each call draws once for
each fault in turn and the first that hits decides the call's fate; draws depend on the seed and the
number of the call alone. A rate of 1.0 hits every call that the fault applies to.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from starlette.types import ASGIApp, Receive, Scope, Send

from ingestion.clock import utc_now
from ingestion.exits import Refused
from simulator.faults import bodies as fault_bodies
from simulator.faults import wires as fault_wires
from simulator.faults.call import Call, Fault

BODY_FAULTS: dict[str, Fault] = {
    "doubles": fault_bodies.spoiling(fault_bodies.doubles),
    "misses": fault_bodies.spoiling(fault_bodies.misses),
    "looping_cursor": fault_bodies.spoiling(fault_bodies.looping_cursor),
    "ia_cursor": fault_bodies.spoiling(fault_bodies.ia_cursor),
    "empty_pages": fault_bodies.empty_pages,
    "short_pages": fault_bodies.short_pages,
    "nulls": fault_bodies.spoiling(fault_bodies.nulls),
    "unknown_games": fault_bodies.spoiling(fault_bodies.unknown_games),
    "new_fields": fault_bodies.spoiling(fault_bodies.new_fields),
}
WIRE_FAULTS: dict[str, Fault] = {
    "429": fault_wires.too_many_requests,
    "500": fault_wires.internal_error,
    "503": fault_wires.unavailable,
    "401": fault_wires.unauthorised,
    "invalid_cursor": fault_wires.invalid_cursor,
    "slow": fault_wires.slow,
    "hanging": fault_wires.hanging,
    "dropped": fault_wires.dropped,
    "truncated": fault_wires.truncated,
    "trickling": fault_wires.trickling,
}
ALL_FAULTS = WIRE_FAULTS | BODY_FAULTS


class UnknownFault(Refused):
    """No fault has this name, or its rate is not between 0 and 1; the message lists the names."""


@dataclass
class Faults:
    """A layer that injects faults; `hits` counts by name what was injected.

    Args:
        rates: share of the calls, 0 to 1, for each fault by name.
        seed: decides which calls are hit.
        skip_calls: how many calls are left alone at first.
        most: how many calls are hit at all; None for no end.
        only: a part of the path without which a call is left alone.
        slow_seconds: the delay of the fault `slow`.
        clock: returns naive UTC, for the headers of a 429.
    """

    rates: Mapping[str, float]
    seed: int = 1
    skip_calls: int = 0
    most: int | None = None
    only: str = "/helix/"
    slow_seconds: float = 2.0
    clock: Callable[[], datetime] = utc_now
    hits: dict[str, int] = field(default_factory=dict)
    calls: int = 0

    def __post_init__(self) -> None:
        for name, rate in self.rates.items():
            if name not in ALL_FAULTS or not 0 <= rate <= 1:
                names = ", ".join(ALL_FAULTS)
                raise UnknownFault(f"fault {name}={rate}: give one of {names} a rate from 0 to 1")

    def __call__(self, app: ASGIApp) -> ASGIApp:
        """Return `app` with the faults in front of it."""

        async def faulty(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http" or self.only not in scope["path"]:
                await app(scope, receive, send)
                return
            self.calls += 1
            rng = Random(f"{self.seed}:{self.calls}")
            call = Call(app, scope, receive, send, rng, self.slow_seconds, self.clock())
            name = self._draw(call)
            if name is None:
                await app(scope, receive, send)
            else:
                self.hits[name] = self.hits.get(name, 0) + 1
                await ALL_FAULTS[name](call)

        return faulty

    def _draw(self, call: Call) -> str | None:
        if "empty_pages" in self.rates and fault_bodies.is_endless(call):
            return "empty_pages"
        drawn = [
            name for name, rate in self.rates.items() if call.rng.random() < rate and _applies(name, call)
        ]
        is_exhausted = self.most is not None and sum(self.hits.values()) >= self.most
        return drawn[0] if drawn and self.calls > self.skip_calls and not is_exhausted else None


def _applies(name: str, call: Call) -> bool:
    if name == "invalid_cursor":
        return bool(call.query.get("after"))
    return name in WIRE_FAULTS or call.scope["path"].endswith("/streams")
