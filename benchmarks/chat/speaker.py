"""Says lines in rooms at a rate, each with the moment at which it was sent, from a process of its own."""

import asyncio
import sys
import time

import click

from simulator.chat.server import Chat, Defects

ROOM = "room{}"
TEXT = b" :c!c@c.tmi.twitch.tv PRIVMSG #%s :" + b"that was a play " * 4
TICK_SECONDS = 0.02


def rooms(count: int) -> dict[str, str]:
    """Return logins with ids."""
    return {ROOM.format(number): str(1000 + number) for number in range(count)}


async def speak(count: int, rate: int, seconds: float) -> None:
    """Serve until everybody is in every room, then speak; say the port, then how many lines were sent."""
    chat = Chat(rooms(count), Defects(), asyncio.get_running_loop())
    server = await asyncio.start_server(chat.hear, "127.0.0.1", 0)
    click.echo(server.sockets[0].getsockname()[1])
    while sum(len(one.rooms) for one in chat.hearers) < count:
        await asyncio.sleep(0.1)
    click.echo("joined")
    by_room = {room: one.writer for one in chat.hearers for room in one.rooms}
    writers = [(room.encode(), writer) for room, writer in sorted(by_room.items())]
    sent, began = 0, time.time()
    while (now := time.time()) < began + seconds:
        due = int((now - began) * rate)
        for number in range(sent, due):
            room, writer = writers[number % len(writers)]
            writer.write(b"@id=%d;tmi-sent-ts=%d" % (number, time.time() * 1e6) + TEXT % room + b"\r\n")
        sent = due
        await asyncio.sleep(TICK_SECONDS)
    click.echo(sent)
    await asyncio.sleep(5)


if __name__ == "__main__":
    asyncio.run(speak(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))
