"""Raw tables of the size of Twitch, made by SQL in a warehouse file: many streams, few surprises.

Streamers come on air once or twice a day for some hours, viewers are heavy-tailed and drift, titles
change a few times a stream, games, publishers and the five tags of a stream have the usual long tail. The
same arguments give the same rows.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import duckdb

from ingestion.settings import Settings
from ingestion.warehouse.load import load

FIRST_DAY = datetime(2026, 1, 5)


@dataclass(frozen=True)
class Size:
    """How large the platform is; the default is all of Twitch, some 80,000 live on average."""

    streamers: int = 300_000
    games: int = 4_000
    cadence_seconds: int = 600


def make_warehouse(home: Path, size: Size) -> Settings:
    """Return the settings of a new warehouse with empty raw tables and reference data for `size`."""
    settings = Settings(AIRTIME_HOME=home, AIRTIME_CADENCE_MINUTES=size.cadence_seconds // 60)
    load(settings)
    with duckdb.connect(settings.warehouse) as connection:
        _run(connection, REFERENCE, {"streamers": size.streamers, "games": size.games})
    return settings


def add_day(settings: Settings, size: Size, number: int) -> int:
    """Append day `number` (0 is the first) to raw as one finished load; return its observations."""
    day = FIRST_DAY + timedelta(days=number)
    values = {
        "day": day,
        "load_id": f"{1_700_000_000 + 86_400 * number}.0",
        "streamers": size.streamers,
        "games": size.games,
        "cadence": size.cadence_seconds,
        "number": number,
    }
    with duckdb.connect(settings.warehouse) as connection:
        _run(connection, DAY, values)
        return connection.execute("select count(*) from day_observations").fetchone()[0]


def _run(connection: duckdb.DuckDBPyConnection, script: str, values: dict) -> None:
    for statement in script.split(";"):
        connection.execute(
            statement, {name: value for name, value in values.items() if f"${name}" in statement}
        )


REFERENCE = """
insert into raw.users
    (platform, id, login, display_name, broadcaster_type, created_at, fetched_at, _dlt_load_id)
select 'twitch', (100000000 + i)::varchar, 'login' || i, 'Name' || i,
    case when i % 50 = 0 then 'partner' when i % 5 = 0 then 'affiliate' end, timestamp '2020-01-01',
    timestamp '2026-01-01', '0'
from range($streamers) as t(i);
insert into raw.games (platform, id, name, igdb_id, fetched_at, _dlt_load_id)
select 'twitch', (500000 + i)::varchar, 'Game ' || i, case when i = 0 then '' else i::varchar end,
    timestamp '2026-01-01', '0'
from range($games) as t(i);
insert into raw.igdb_games (id, name, publishers, genres, genre_slugs, perspective_slugs, fetched_at,
    _dlt_load_id)
select i::varchar, 'Game ' || i,
    case when i % 10 = 0 then '["Publisher ' || i % 400 || '", "Publisher ' || i % 7 || '"]'
        else '["Publisher ' || i % 400 || '"]' end,
    '["Genre ' || i % 20 || '"]', case when i % 20 = 3 then '["shooter"]' else '["other"]' end,
    case when i % 40 = 3 then '["first-person"]' else '[]' end, timestamp '2026-01-01', '0'
from range(1, $games) as t(i)
"""

DAY = """
create or replace temp macro u(a, b, c) as (hash(a, b, c) % 1000003 + 0.5) / 1000003;
create or replace temp table day_streams as
with drawn as (
    select s.i as streamer, b.j as part, u(s.i, b.j, $number) as u1, u(s.i, b.j + 10, $number) as u2,
        u(s.i, 20, 0) as fame, u(s.i, b.j + 30, $number) as u3, u(s.i, b.j + 40, $number) as u4
    from range($streamers) as s(i), range(2) as b(j)
),
timed as (
    select *, (part * 43200 + u1 * 43200)::bigint as start_s,
        least(
            (part * 43200 + u1 * 43200 + 1200 - ln(u2) * 17000)::bigint, part * 43200 + 60000, 86399
        ) as end_s
    from drawn where u3 < 0.95 - 0.4 * part
)
select streamer, part, start_s, end_s, floor(power(fame, -0.8))::bigint as size, u4,
    (40000000000 + $number * 1000000 + streamer * 2 + part)::varchar as id,
    (100000000 + streamer)::varchar as user_id,
    floor($games * power(u(streamer, 50, 0), 5))::bigint as game1,
    floor($games * power(u4, 5))::bigint as game2,
    ['en', 'es', 'pt', 'de', 'fr', 'ru', 'ja', 'ko'][
        1 + floor(8 * power(u(streamer, 60, 0), 2))::int
    ] as language
from timed;
create or replace temp table day_observations as
select $day::timestamp + to_seconds(crawl * $cadence) as observed_at, id, user_id,
    (
        500000 + case when u4 < 0.2 and crawl * $cadence - start_s > 5400 then game2 else game1 end
    )::varchar as game_id,
    language,
    (size * (0.7 + 0.5 * u(streamer, crawl // 3, $number)))::bigint as viewer_count,
    $day::timestamp + to_seconds(start_s) as started_at,
    (hash(
        id, (crawl * $cadence - start_s) // 7200, u4 < 0.2 and crawl * $cadence - start_s > 5400
    ) >> 1)::bigint as details_id,
    streamer, (crawl * $cadence - start_s) // 7200 as segment
from (
    select *, unnest(range((start_s + $cadence - 1) // $cadence, end_s // $cadence + 1)) as crawl
    from day_streams
)
order by observed_at, viewer_count desc;
insert into raw.observations
select 'twitch', observed_at, id, user_id, game_id, language, viewer_count, started_at, details_id, $load_id
from day_observations;
insert into raw.stream_details
select 'twitch', min(observed_at), id, details_id, user_id, 'login' || any_value(streamer),
    'Name' || any_value(streamer), min(game_id), 'Game ' || (min(game_id)::bigint - 500000),
    'a title of ordinary length, part ' || any_value(segment) || ' of ' || id,
    '["English", "' || array_to_string(
        [
            'Tag ' || floor(20000 * power(u(any_value(streamer), 70 + tag, 0), 4))::bigint
            for tag in range(4)
        ], '", "') || '"]',
    $load_id
from day_observations group by id, details_id, user_id;
insert into raw.crawls
select 'twitch', observed_at, observed_at + interval 90 second, $cadence, true, true, 'end',
    count(*) // 100, count(*), 0, count(*) // 100, 0, 0, 'day-' || $number || '-' || observed_at, $load_id
from day_observations group by observed_at;
insert into raw._dlt_loads
select $load_id, 'landing', 0, $day::timestamp, 'x'
"""
