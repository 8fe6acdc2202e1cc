"""The commands about the watch list: add, remove, follow a ranking, list."""

import click

from ingestion.clock import utc_now
from ingestion.csv_list import BadList
from ingestion.exits import plain_errors
from ingestion.settings import settings
from ingestion.watch.names import keep, known_channels, look_up
from ingestion.watch.watch_list import (
    MOST_OF_A_RANKING,
    Top,
    Watched,
    add_watched,
    parse_streamer,
    read_watched,
    remove_watched,
)


@click.group()
def watch() -> None:
    """Choose the channels whose chat is gathered: they are listed in watch.csv."""


@watch.command()
@click.argument("streamer")
def add(streamer: str) -> None:
    """Watch STREAMER, a login or an id, after asking Twitch whether there is such a channel."""
    with plain_errors():
        read, one = settings(), _parsed(streamer)
        if isinstance(one, Top):
            raise BadList(f"a ranking is followed by python -m ingestion watch top {one.count}")
        channels, why_not = look_up(read, [one], utc_now, known_channels(read))
        channel = channels.get(one.streamer)
        if channel and not channel.login:
            raise BadList(f"Twitch knows no channel {one.streamer}; nothing was added")
        if channel:  # listed by id: the login may be another's one day
            keep(read, channels | {channel.channel_id: channel})
        add_watched(read, Watched(channel.channel_id if channel else one.streamer, utc_now().date()))
    named = f"{channel.login} ({channel.channel_id})" if channel else one.streamer
    click.echo(f"{named} is watched")
    if why_not:
        click.echo(f"Warning: nobody was asked whether there is such a channel: {why_not}", err=True)


@watch.command()
@click.argument("count", type=click.IntRange(1, MOST_OF_A_RANKING))
@click.option("--game", default="", help="Of this game alone, by name or id.")
def top(count: int, game: str) -> None:
    """Watch the COUNT with most viewers, whoever they are, and an hour longer."""
    with plain_errors():
        one = Top(count, game.strip(), utc_now().date())
        add_watched(settings(), one)
    click.echo(f"{one.streamer} is watched")


@watch.command()
@click.argument("streamer")
def remove(streamer: str) -> None:
    """Watch STREAMER (a login, an id, or `top 50 in Fortnite`) no more; what has been gathered stays."""
    with plain_errors():
        read, one = settings(), _parsed(streamer)
        ids = {channel.login: channel.channel_id for channel in known_channels(read).values()}
        listed = {other.streamer for other in read_watched(read)[0]}
        if one.streamer not in listed and one.streamer in ids:
            one = Watched(ids[one.streamer])
        remove_watched(read, one)
    click.echo(f"{streamer} is no longer watched")


@watch.command(name="list")
def list_() -> None:
    """List what is watched."""
    with plain_errors():
        read = settings()
        listed, faults = read_watched(read)
        known = known_channels(read)
        for one in listed:
            channel = known.get(one.streamer)
            login = f"{channel.login or 'gone'} " if channel else ""
            since = f" since {one.since}" if one.since else ""
            click.echo(f"{login}{f'({one.streamer})' if login else one.streamer}{since}")
        for fault in faults:
            click.echo(f"Warning: {fault}", err=True)


def _parsed(streamer: str) -> Watched | Top:
    try:
        return parse_streamer(streamer)
    except ValueError as error:
        raise BadList(str(error)) from None
