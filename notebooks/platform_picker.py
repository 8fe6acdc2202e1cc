"""Which platform a page is about: the choice of one, and a sentence of one that there is not."""

import duckdb
import marimo as mo

from look import damage_said, note
from pickers import asked, picker, row, same

# Those that still are crawled come first, and of these the largest, so that a page's first choice stays.
PLATFORMS = """
    with crawled as (
        select platform, max(observed_at) as newest_at, max(streams) as streams
        from marts.crawls
        where is_complete
        group by platform
    )

    select platform
    from (select distinct platform from marts.{mart}) as found
    left join crawled using (platform)
    order by
        newest_at > (select max(newest_at) - interval 1 day from crawled) desc nulls last,
        streams desc nulls last,
        platform desc
"""


@damage_said()
def platform_picker(connection: duckdb.DuckDBPyConnection, mart: str) -> mo.ui.dropdown:
    """Return the dropdown of the platforms that a mart has."""
    found = connection.execute(PLATFORMS.format(mart=mart)).fetchall()
    return picker("Platform", "platform", same(platform for (platform,) in found))


def choices(platform: mo.ui.dropdown, *others: object) -> mo.Html:
    """Return pickers side by side, the platform's last.

    Where the page's address asks for a platform that there is not, a sentence below them names those that
    there are. To be called in another cell than `platform_picker`.
    """
    wanted, there = asked("platform"), list(platform.options)
    shown = row(*others, platform)
    if not wanted or wanted in there:
        return shown
    said = f"There is no platform {wanted} here, only {', '.join(there)}; this is {platform.value}."
    return mo.vstack([shown, note(said)])
