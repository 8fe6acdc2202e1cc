"""A Get Streams that is as fast as asyncio goes: rows made before, a fixed latency, Helix's bucket.

Its main prints one JSON line once it serves: its port, how many streams there are and how many in the
largest language. It ends with its standard input.
"""

import asyncio
import json
import sys
from functools import lru_cache
from heapq import merge
from typing import Protocol
from urllib.parse import parse_qsl, urlsplit

import click

from benchmarks.live_streams import live_streams
from ingestion.clock import utc_now
from simulator.limits import Bucket

PAGE_ROWS = 100
POINTS_A_MINUTE = 800
TOKEN = b'{"access_token": "benchmark", "expires_in": 5000000, "token_type": "bearer"}'


class Platform:
    """The rows by language, and the bucket; the world stands still."""

    def __init__(self, streams: int, *, is_even: bool) -> None:
        self.rows = live_streams(streams, is_even=is_even)
        self.bucket = Bucket(POINTS_A_MINUTE, POINTS_A_MINUTE / 60)
        self.list = lru_cache(maxsize=256)(self._list)

    def answer(self, target: str) -> bytes:
        """Return a whole HTTP answer."""
        url = urlsplit(target)
        if url.path.endswith("/token"):
            return http_answer(200, TOKEN, {})
        now = utc_now().timestamp()
        if not self.bucket.take(now):
            return http_answer(429, b'{"status": 429}', self.bucket.headers())
        query = parse_qsl(url.query)
        rows = self.list(tuple(sorted(value for name, value in query if name == "language")))
        start = int(dict(query).get("after", "0"))
        end = start + PAGE_ROWS
        cursor = b'{"cursor": "%d"}' % end if end < len(rows) else b"{}"
        body = b'{"data": [%b], "pagination": %b}' % (b", ".join(rows[start:end]), cursor)
        return http_answer(200, body, self.bucket.headers())

    def _list(self, languages: tuple[str, ...]) -> list[bytes]:
        chosen = languages or tuple(self.rows)
        return list(merge(*(self.rows.get(one, []) for one in chosen), key=_viewers, reverse=True))


class Answering(Protocol):
    """What has an answer for a request's target."""

    def answer(self, target: str) -> bytes:
        """Return a whole HTTP answer."""


class Connection(asyncio.Protocol):
    """One HTTP/1.1 connection; requests have no body that matters, and come one after the other."""

    def __init__(self, platform: Answering, latency: float) -> None:
        self._platform, self._latency = platform, latency
        self._head = b""

    def connection_made(self, transport: asyncio.Transport) -> None:
        """Keep the transport."""
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer a request after the latency."""
        self._head += data
        head, found, _ = self._head.partition(b"\r\n\r\n")
        if found:
            self._head = b""
            target = head.split(b" ", 2)[1].decode()
            asyncio.get_running_loop().call_later(self._latency, self._answer, target)

    def _answer(self, target: str) -> None:
        if not self._transport.is_closing():
            self._transport.write(self._platform.answer(target))


def _viewers(row: bytes) -> int:
    return int(row.partition(b'"viewer_count": ')[2].partition(b",")[0])


def http_answer(status: int, body: bytes, headers: dict[str, str]) -> bytes:
    """Return an answer of HTTP/1.1 as it goes over the wire."""
    lines = [f"HTTP/1.1 {status} ok", "Content-Type: application/json", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


async def _serve(streams: int, latency: float, *, is_even: bool) -> None:
    platform = Platform(streams, is_even=is_even)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(platform, latency), "127.0.0.1", 0)
    facts = {
        "port": server.sockets[0].getsockname()[1],
        "streams": sum(map(len, platform.rows.values())),
        "largest": max(map(len, platform.rows.values())),
    }
    click.echo(json.dumps(facts))
    sys.stdout.flush()
    ended = asyncio.Event()
    loop.add_reader(sys.stdin, ended.set)
    await ended.wait()


@click.command()
@click.option("--streams", default=100_000)
@click.option("--latency", default=0.2)
@click.option("--even", is_flag=True)
def main(streams: int, latency: float, even: bool) -> None:
    """Serve until standard input ends."""
    asyncio.run(_serve(streams, latency, is_even=even))
