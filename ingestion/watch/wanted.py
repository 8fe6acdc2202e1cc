"""The channels that are watched now: those that are listed, and the first of the rankings followed."""

from ingestion.clock import Now
from ingestion.settings import Settings
from ingestion.watch.names import known_channels, look_up
from ingestion.watch.top import at_the_top
from ingestion.watch.watch_list import Top, Watched, read_watched


def wanted_channels(settings: Settings, now: Now) -> tuple[dict[str, str | None], list[str]]:
    """Return logins with their ids, None where nobody told it, and a sentence for each that is left out.

    Raises:
        BadList: `watch.csv` is no such table.
    """
    listed, faults = read_watched(settings)
    channels = [one for one in listed if isinstance(one, Watched)]
    known, why_not = look_up(settings, channels, now, known_channels(settings))
    wanted: dict[str, str | None] = {}
    for one in channels:
        channel = known.get(one.streamer)
        if channel and channel.login:
            wanted[channel.login] = channel.channel_id
        elif channel:
            faults.append(f"{one.streamer} is on the watch list, and Twitch knows no such channel")
        elif one.is_id:
            faults.append(f"{one.streamer} is an id whose login is not known: {why_not}")
        else:
            wanted.setdefault(one.streamer, None)
    rankings = at_the_top(settings, [one for one in listed if isinstance(one, Top)], now())
    hour = f"the hour before {now():%Y-%m-%d %H:%M} UTC"
    for ranking, first in rankings.items():
        if not first:
            faults.append(f"{ranking.streamer}: no complete crawl of {hour} has anybody there")
        for login, channel_id in first.items():
            wanted.setdefault(login, channel_id)
    return wanted, faults
