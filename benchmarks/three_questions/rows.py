"""Makes a year of the original test's two tables by SQL, as Parquet and as CSV, the same at every run.

Streamers come on air on some days, for up to ten hours, past midnight too; one never stops, so that no
minute is without a row. Games have a long tail, some of them two publishers or genres, some no metadata;
followers drift, a quarter of them down. Rows are in the order of time; under 1.5 million cover fewer days.
"""

from pathlib import Path

import click
import duckdb

START = 1_742_428_800  # 2025-03-20
GENRES = ["FPS", "MOBA", "Racing", "Puzzle", "RPG", "Sports", "Strategy", "Simulation", "Fighting"]


def write_tables(folder: Path, rows: int, csv_parts: int) -> None:
    """Write streamers and games into `folder`: as Parquet, and as CSV (streamers in `csv_parts` files)."""
    values = {
        "streamers": min(max(rows // 5000, 50), 10_000),
        "days": min(max(rows // 4000, 25), 364),
        "rows": rows,
    }
    with duckdb.connect(config={"temp_directory": str(folder / "spilled")}) as connection:
        connection.execute(GAMES, {"genres": GENRES, "games": max(values["streamers"] // 4, 40)})
        connection.execute(SESSIONS, values)
        connection.execute(MINUTES, {"games": max(values["streamers"] // 4, 40)})
        made = connection.execute("select count(*) from minutes").fetchone()[0]
        if made != rows:
            raise click.ClickException(
                f"{values['streamers']} streamers have only {made:,} minutes in a year"
            )
        connection.execute(STREAMERS)
        for table in ("streamers", "games"):
            connection.execute(f"copy {table} to '{folder}/{table}.parquet' (format parquet)")
        connection.execute(f"copy games to '{folder}/games.csv' (format csv)")
        for part in range(csv_parts):
            bounds = f"limit {rows // csv_parts + 1} offset {part * (rows // csv_parts + 1)}"
            connection.execute(
                f"copy (from '{folder}/streamers.parquet' {bounds}) to '{folder}/streamers{part}.csv' "
                "(format csv, header false)"
            )


GAMES = """
create table games as
with numbered as (select i, hash(i, 'genre') % 1000 as dice from range($games) as t(i)),
named as (
    select 'Game ' || i as game, '20' || lpad((10 + i % 14)::varchar, 2, '0') || '-03-01' as release_date, i,
        dice, $genres[1 + (dice % len($genres))::bigint] as genre
    from numbered where i % 11 <> 5
),
publishers as (
    select i, 'Publisher ' || floor(power(dice / 1000, 2) * 60)::bigint as publisher from named
    union
    select i, 'Publisher ' || (i % 23) from named where i % 7 = 3
),
genres as (
    select i, genre from named union select i, 'Horror' from named where i % 13 = 4
)
select game, release_date, publisher, genres.genre
from named join publishers using (i) join genres using (i)
order by game, publisher, genre
"""

# a day's session ends before six the next morning, so no streamer has two rows of one minute
SESSIONS = """
create macro u(a, b, c) as (hash(a, b, c) % 1000003 + 0.5) / 1000003;
create table sessions as
with streamers as (
    select i, least(0.02 + 0.25 * power(u(i, 'activity', 0), -0.5), 1) as activity
    from range($streamers) as t(i)
),
drawn as (
    select i, d, (360 + 900 * u(i, d, 'start'))::bigint as start_minute,
        (20 - ln(u(i, d, 'length')) * 170)::bigint as minutes
    from streamers, range($days) as t(d)
    where i > 0 and u(i, d, 'on air') < activity
),
timed as (
    select i, d, d * 1440 + start_minute as first_minute,
        least(minutes, 600, 1800 - start_minute) as minutes
    from drawn
    union all
    select 0, d, d * 1440, 1440 from range($days + 1) as t(d)
),
counted as (
    select *, sum(minutes) over (order by i > 0, hash(i, d), i, d rows unbounded preceding) as so_far
    from timed
)
select i, d, first_minute, least(minutes, minutes - (so_far - $rows))::bigint as minutes
from counted where so_far - minutes < $rows;
"""

MINUTES = """
create table minutes as
with streamers as (
    select i, floor(power(u(i, 'fame', 0), -0.9) * 8)::bigint as fame,
        floor($games * power(u(i, 'game', 0), 3))::bigint as main_game,
        60 + floor(power(u(i, 'followers', 0), -1.4) * 40)::bigint as followers,
        u(i, 'slope', 0) - 0.25 as slope
    from (select distinct i from sessions)
),
expanded as (
    select i, d, minutes, first_minute, unnest(range(minutes)) as position from sessions
)
select first_minute + position as minute, i,
    case
        when u(i, d, 'other game') < 0.35 and 2 * position > minutes
            then floor($games * power(u(i, d, 'which'), 3))::bigint
        else main_game
    end as game,
    (fame * (0.6 + 0.8 * u(i, minute // 10, 'viewers')))::bigint as viewers,
    greatest(followers + (followers * slope * minute / 262080)::bigint + (hash(i, minute) % 3)::bigint, 0)
        as followers
from expanded join streamers using (i)
order by minute, i
"""

STREAMERS = f"""
create view streamers as
select 'streamer_' || lpad(i::varchar, 5, '0') as username, {START} + minute * 60 as timestamp,
    'Game ' || game as game, viewers, followers
from minutes
"""
