"""Games and publishers: who holds the audience, who gains and who loses it."""

import marimo

app = marimo.App(width="medium", app_title="Games and publishers", css_file="../serving/pages/web.css")

with app.setup:
    import marimo as mo
    import polars as pl

    from columns import GAMES_ACROSS, GAMES_NOW, GAMES_RANKED, PUBLISHERS_RANKED
    from look import head, heading, literal, meanings, note, opened, table
    from pickers import PERIODS, picker, starts
    from platform_picker import choices, platform_picker
    from ranking_charts import FEW_DAYS, LEADING, changes, gains_and_losses, over_time


@app.cell
def _():
    airtime = opened()
    head("games_and_publishers", airtime)
    return (airtime,)


@app.cell
def _(airtime):
    periods = mo.sql(
        """
        select distinct platform, period, period_start, period_end, is_closed
        from marts.rank_genres
        order by period_start desc
        """,
        output=False,
        engine=airtime,
    )
    return (periods,)


@app.cell
def _(airtime, periods):
    mo.stop(periods.is_empty(), note("There are no rankings yet: no crawl is complete."))
    platform = platform_picker(airtime, "rank_genres")
    return (platform,)


@app.cell
def _(periods, platform):
    of_platform = periods.filter(platform=platform.value).drop("platform")
    kinds = set(of_platform["period"])
    period = picker("Period", "period", {label: kind for kind, label in PERIODS.items() if kind in kinds})
    return of_platform, period


@app.cell
def _(of_platform, period, platform):
    start = picker(
        "Which", "start", starts(of_platform.filter(period=period.value).iter_rows()), searchable=True
    )
    choices(platform, period, start)
    return (start,)


@app.cell
def _(airtime, period, platform, start):
    games = mo.sql(
        f"""
        select
            ranked.*,
            ranked.hours_watched / nullif(ranked.previous_hours_watched, 0) - 1 as change,
            array_to_string(games.publishers, ', ') as publishers,
            array_to_string(games.genres, ', ') as genres
        from marts.rank_games as ranked
        left join marts.games as games
            on games.platform = ranked.platform and games.game_id = ranked.game_id
        where ranked.platform = {literal(platform.value)}
          and ranked.period = {literal(period.value)}
          and ranked.period_start = {literal(start.value)}
        order by ranked.rank nulls last, ranked.game_name
        """,
        output=False,
        engine=airtime,
    )
    return (games,)


@app.cell
def _(airtime, games):
    mo.vstack(
        [
            heading("Games"),
            table(games, GAMES_RANKED, meanings=meanings(airtime, "rank_games"), page_size=15),
        ]
    )
    return


@app.cell
def _(airtime, period, platform, start):
    publishers = mo.sql(
        f"""
        select *, hours_watched / nullif(previous_hours_watched, 0) - 1 as change
        from marts.rank_publishers
        where platform = {literal(platform.value)}
          and period = {literal(period.value)}
          and period_start = {literal(start.value)}
        order by rank nulls last, publisher
        """,
        output=False,
        engine=airtime,
    )
    return (publishers,)


@app.cell
def _(airtime, publishers):
    mo.vstack(
        [
            heading("Publishers"),
            table(publishers, PUBLISHERS_RANKED, meanings=meanings(airtime, "rank_publishers"), page_size=10),
        ]
    )
    return


@app.cell
def _(airtime, period, start):
    across = mo.sql(
        f"""
        select *, array_to_string(absent_platforms, ', ') as absent
        from marts.games_across_platforms
        where period = {literal(period.value)}
          and period_start = {literal(start.value)}
          and len(platforms) > 1
        order by rank nulls last, game_name, hours_watched desc, platform
        """,
        output=False,
        engine=airtime,
    )
    mo.stop(across.is_empty())
    shown = table(across, GAMES_ACROSS, meanings=meanings(airtime, "games_across_platforms"), page_size=15)
    mo.vstack([heading("Games across platforms"), shown])
    return


@app.cell
def _(games):
    moves = changes(games)
    mo.stop(moves.is_empty(), note("Gains and losses need the period before, which was not seen."))
    gains_and_losses(moves)
    return


@app.cell
def _(games, of_platform, publishers):
    leaders = games.filter(pl.col("rank").is_not_null()).head(LEADING)
    leading_games, leading_ids = leaders["game_name"].to_list(), leaders["game_id"].to_list()
    leading_publishers = publishers.filter(pl.col("rank").is_not_null())["publisher"].head(LEADING).to_list()
    days = of_platform.filter(period="day").height
    grain = "day" if days <= FEW_DAYS else "week"
    return grain, leading_games, leading_ids, leading_publishers


@app.cell
def _(airtime, grain, leading_ids, leading_publishers, platform):
    history = mo.sql(
        f"""
        with days as (
            select distinct period_start
            from marts.rank_genres
            where platform = {literal(platform.value)} and period = {literal(grain)}
        ),

        entities as (
            select unnest([{", ".join(map(literal, leading_ids))}]::varchar[]) as id, 'games' as kind
            union all
            select unnest([{", ".join(map(literal, leading_publishers))}]::varchar[]), 'publishers'
        ),

        ranked as (
            select 'games' as kind, game_id as id, game_name as name, period_start, average_viewers
            from marts.rank_games
            where platform = {literal(platform.value)} and period = {literal(grain)}
            union all
            select 'publishers', publisher, publisher, period_start, average_viewers
            from marts.rank_publishers
            where platform = {literal(platform.value)} and period = {literal(grain)}
        )

        select
            entities.kind,
            coalesce(max(ranked.name) over (partition by entities.kind, entities.id), entities.id) as name,
            days.period_start,
            coalesce(ranked.average_viewers, 0) as average_viewers
        from entities
        cross join days
        left join ranked using (kind, id, period_start)
        order by days.period_start
        """,
        output=False,
        engine=airtime,
    )
    return (history,)


@app.cell
def _(grain, history, leading_games):
    mo.stop(not leading_games, note("No game is known; `python -m ingestion enrich` asks for them."))
    over_time(history.filter(kind="games"), leading_games, "games", grain)
    return


@app.cell
def _(grain, history, leading_publishers):
    mo.stop(
        not leading_publishers, note("No publisher is known; `python -m ingestion enrich` asks for them.")
    )
    over_time(history.filter(kind="publishers"), leading_publishers, "publishers", grain)
    return


@app.cell
def _(airtime, platform):
    now = mo.sql(
        f"""
        select *
        from marts.games_now
        where platform = {literal(platform.value)}
        order by viewer_count desc, game_name
        """,
        output=False,
        engine=airtime,
    )
    return (now,)


@app.cell
def _(airtime, now):
    mo.stop(now.is_empty())
    mo.vstack(
        [
            heading("In the newest crawl"),
            table(now, GAMES_NOW, meanings=meanings(airtime, "games_now"), page_size=10),
        ]
    )
    return


if __name__ == "__main__":
    app.run()
