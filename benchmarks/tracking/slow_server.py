"""A service of numbers that takes its time: any id has a total, after a fixed latency.

Its main prints one JSON line once it serves: its port. It ends with its standard input.
"""

import asyncio
import json
import sys
from urllib.parse import parse_qs, urlsplit

import click

from benchmarks.streams_server import Connection, http_answer


class Numbers:
    """Answers for any ids."""

    def answer(self, target: str) -> bytes:
        """Return a whole HTTP answer."""
        [ids] = parse_qs(urlsplit(target).query)["id"]
        items = [{"id": one, "title": f"Number {one}", "total": len(one)} for one in ids.split(",")]
        return http_answer(200, json.dumps({"items": items}).encode(), {})


async def _serve(latency: float) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(Numbers(), latency), "127.0.0.1", 0)
    click.echo(json.dumps({"port": server.sockets[0].getsockname()[1]}))
    sys.stdout.flush()
    ended = asyncio.Event()
    loop.add_reader(sys.stdin, ended.set)
    await ended.wait()


@click.command()
@click.option("--latency", default=0.2)
def main(latency: float) -> None:
    """Serve until standard input ends."""
    asyncio.run(_serve(latency))
