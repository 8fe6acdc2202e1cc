"""Who leads: rankings with their movement, their coverage and their error."""

import marimo

app = marimo.App(width="medium", app_title="Who leads", css_file="../serving/pages/web.css")

with app.setup:
    import marimo as mo
    import polars as pl

    from columns import GROWTH_RANKED, MEASURES, STREAMERS_RANKED, shown
    from look import addresses, facts, head, literal, meanings, note, opened, table
    from pickers import PERIODS, picker, same, spelled, starts
    from platform_picker import choices, platform_picker
    from ranking_charts import leaders
    from serving.catalogue import RANKINGS


@app.cell
def _():
    airtime = opened()
    head("who_leads", airtime)
    return (airtime,)


@app.cell
def _(airtime):
    periods = mo.sql(
        """
        select distinct platform, period, period_start, period_end, is_closed, coverage
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
    entity = picker("Ranking", "entity", {ranking.title: name for name, ranking in RANKINGS.items()})
    platform = platform_picker(airtime, "rank_genres")
    return entity, platform


@app.cell
def _(periods, platform):
    of_platform = periods.filter(platform=platform.value)
    kinds = set(of_platform["period"])
    period = picker("Period", "period", {label: kind for kind, label in PERIODS.items() if kind in kinds})
    return of_platform, period


@app.cell
def _(of_platform, period):
    of_period = of_platform.filter(period=period.value)
    start = picker(
        "Which",
        "start",
        starts(of_period.select("period", "period_start", "period_end", "is_closed").iter_rows()),
        searchable=True,
    )
    return of_period, start


@app.cell
def _(airtime, entity, period, platform, start):
    column = {"streamers": "language", "follower_growth": "genre"}.get(entity.value, "''")
    narrower = mo.sql(
        f"""
        select {column} as narrower, count(*) as rows_
        from marts.rank_{entity.value}
        where platform = {literal(platform.value)}
          and period = {literal(period.value)}
          and period_start = {literal(start.value)}
          and {column} <> ''
        group by 1
        order by narrower = '(all)' desc, rows_ desc, narrower
        """,
        output=False,
        engine=airtime,
    )
    return column, narrower


@app.cell
def _(column, entity, narrower, period, platform, start):
    known = same(narrower["narrower"])
    of_streamers = {"all": ""} | known
    only = picker(column.title(), column, of_streamers if column == "language" else known, searchable=True)
    choices(platform, entity, period, start, *([only] if known else []))
    return (only,)


@app.cell
def _(airtime, column, entity, only, period, platform, start):
    chosen = f"{column} = {literal(only.value)}" if only.value else "true"
    ranking = mo.sql(
        f"""
        select *
        from marts.rank_{entity.value}
        where platform = {literal(platform.value)}
          and period = {literal(period.value)}
          and period_start = {literal(start.value)}
          and {chosen}
        order by rank nulls last, {RANKINGS[entity.value].named}
        """,
        output=False,
        engine=airtime,
    )
    return (ranking,)


@app.cell
def _(entity, of_period, ranking, start):
    the_period = of_period.filter(pl.col("period_start") == pl.lit(start.value).str.to_date()).row(
        0, named=True
    )
    first = ranking.filter(pl.col("rank").is_not_null()).head(10)
    figures = {
        "period": spelled(the_period["period"], the_period["period_start"], the_period["period_end"])
        + ("" if the_period["is_closed"] else ", so far"),
        "coverage by crawls": shown("{:.1%}", the_period["coverage"]),
        "ranked": f"{ranking['rank'].count():,}",
    }
    if "hours_watched_error" in ranking.columns and len(first):
        relative = (first["hours_watched_error"] / first["hours_watched"]).median()
        figures["error of the first ten, median"] = shown("± {:.2%}", relative)
    facts(figures)
    return


@app.cell
def _(airtime, entity, ranking):
    mo.stop(
        ranking.is_empty(),
        note(
            "No follower counts were read twice in this period; `python -m ingestion enrich` reads them."
            if entity.value == "follower_growth"
            else "Nothing is ranked here; choose another period or language."
        ),
    )
    name = RANKINGS[entity.value].named
    others = ["rank", "rank_change", name, *MEASURES]
    links = {}
    if name == "streamer_name":
        parameters = {"streamer": "streamer_id", "platform": "platform"}
        links[name] = addresses(ranking, "one_streamer", name, **parameters)
    table(
        ranking,
        {"streamers": STREAMERS_RANKED, "follower_growth": GROWTH_RANKED}.get(entity.value, others),
        meanings=meanings(airtime, RANKINGS[entity.value].mart),
        links=links,
    )
    return (name,)


@app.cell
def _(entity, name, ranking):
    is_growth = entity.value == "follower_growth"
    measure = "follower_growth" if is_growth else "hours_watched"
    leaders(ranking, name, measure, "Follower growth" if is_growth else "Hours watched")
    return


if __name__ == "__main__":
    app.run()
