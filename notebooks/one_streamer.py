"""One streamer: sessions, viewers, games, followers and rank over time."""

import marimo

app = marimo.App(width="medium", app_title="One streamer", css_file="../serving/pages/web.css")

with app.setup:
    import marimo as mo
    import polars as pl

    from charts import PALETTE
    from columns import GAMES_OF_STREAMER, SESSIONS, shown
    from look import facts, head, heading, literal, meanings, note, opened, table
    from pickers import SPANS, asked, finder, picker, row
    from platform_picker import choices, platform_picker
    from streamer_charts import followers, games_of, rank_history, timeline, viewers


@app.cell
def _():
    airtime = opened()
    head("one_streamer", airtime)
    return (airtime,)


@app.cell
def _(airtime):
    platform = platform_picker(airtime, "streamers")
    mo.stop(not platform.options, note("There are no streamers yet: no crawl is complete."))
    search = finder("Find", "search", "part of a name")
    return platform, search


@app.cell
def _(airtime, platform, search):
    found = mo.sql(
        f"""
        select
            streamer_id,
            streamers.streamer_name || case
                when count(*) over (partition by streamers.streamer_name) > 1 then ' (' || streamer_id || ')'
                else ''
            end as label
        from marts.streamers
        left join (from marts.streamer_activity where period = 'last_30_days') as activity
            using (platform, streamer_id)
        where platform = {literal(platform.value)}
          and contains(
              lower(concat_ws(' ', streamers.streamer_name, streamers.streamer_login, earlier_names)),
              lower({literal(search.value)})
          )
        order by
            streamer_id = {literal(asked("streamer") or "")} desc,
            activity.hours_watched desc nulls last,
            streamers.streamer_name
        limit 50
        """,
        output=False,
        engine=airtime,
    )
    return (found,)


@app.cell
def _(found, platform, search):
    streamer = picker(
        "Streamer", "streamer", dict(found.select("label", "streamer_id").iter_rows()), searchable=True
    )
    span = picker("Show", "span", SPANS)
    wanted = None if search.value else asked("streamer")
    missing = None
    if found.is_empty():
        missing = f"No streamer of {platform.value} has “{search.value}” in the name."
    elif wanted and wanted not in found["streamer_id"]:
        missing = f"{platform.value} has no streamer with the id {wanted}; here is another."
    mo.vstack([choices(platform, search, streamer, span), *([note(missing)] if missing else [])])
    return span, streamer


@app.cell
def _(airtime, platform, streamer):
    mo.stop(streamer.value is None)
    known = mo.sql(
        f"""
        select
            streamers.*,
            activity.hours_broadcast,
            activity.hours_watched,
            activity.average_viewers,
            activity.peak_viewers,
            live.game_name as live_game,
            live.viewer_count as live_viewers
        from marts.streamers
        left join (from marts.streamer_activity where period = 'last_30_days') as activity
            using (platform, streamer_id)
        left join marts.live_now as live using (platform, streamer_id)
        where platform = {literal(platform.value)} and streamer_id = {literal(streamer.value)}
        limit 1
        """,
        output=False,
        engine=airtime,
    )
    return (known,)


@app.cell
def _(known):
    who = known.row(0, named=True)
    names = f", earlier {', '.join(who['earlier_names'])}" if who["earlier_names"] else ""
    now = (
        f"{who['live_viewers']:,} viewers, {who['live_game']}"
        if who["live_viewers"] is not None
        else "not live"
    )
    mo.vstack(
        [
            heading(f"{who['streamer_name']}{names}"),
            facts(
                {
                    "in the newest crawl": now,
                    "followers": shown("{:,}", who["followers"]),
                    "hours live, last 30 days": shown("{:,.1f}", who["hours_broadcast"]),
                    "hours watched, last 30 days": shown("{:,.0f}", who["hours_watched"]),
                    "average viewers, last 30 days": shown("{:,.0f}", who["average_viewers"]),
                    "peak viewers, last 30 days": shown("{:,}", who["peak_viewers"]),
                }
            ),
        ]
    )
    return (who,)


@app.cell
def _(airtime, platform, span, streamer):
    sessions = mo.sql(
        f"""
        select *
        from marts.sessions
        where platform = {literal(platform.value)}
          and streamer_id = {literal(streamer.value)}
          and started_at >= (
              select max(hour_at) - to_days({int(span.value)})
              from marts.hourly_activity
              where platform = {literal(platform.value)}
          )
        order by started_at desc
        """,
        output=False,
        engine=airtime,
    )
    return (sessions,)


@app.cell
def _(airtime, sessions, span):
    mo.stop(sessions.is_empty(), note("No session was seen in this time; show a longer one."))
    mo.vstack(
        [
            heading(f"{len(sessions):,} sessions, {span.selected_key.lower()}"),
            table(sessions, SESSIONS, meanings=meanings(airtime, "sessions"), page_size=8),
        ]
    )
    return


@app.cell
def _(sessions):
    of_games = games_of(sessions)
    timeline(sessions, of_games["main_game"].head(len(PALETTE) - 1).to_list())
    return (of_games,)


@app.cell
def _(sessions):
    viewers(sessions)
    return


@app.cell
def _(airtime, of_games):
    mo.vstack(
        [
            heading("Games, by the sessions' main game"),
            table(of_games, GAMES_OF_STREAMER, meanings=meanings(airtime, "sessions"), page_size=8),
        ]
    )
    return


@app.cell
def _(airtime, platform, streamer):
    ranks = mo.sql(
        f"""
        select period, period_start, rank, hours_watched, followers
        from marts.rank_streamers
        where platform = {literal(platform.value)}
          and streamer_id = {literal(streamer.value)}
          and period in ('day', 'week', 'month')
        order by period_start
        """,
        output=False,
        engine=airtime,
    )
    return (ranks,)


@app.cell
def _(ranks):
    history = picker("Rank of each", "history", {"Day": "day", "Week": "week", "Month": "month"})
    mo.stop(ranks.is_empty(), note("Never among the ranked."))
    row(history)
    return (history,)


@app.cell
def _(history, ranks):
    rank_history(ranks.filter(period=history.value), history.value)
    return


@app.cell
def _(ranks):
    counts = ranks.filter(pl.col("period") == "day", pl.col("followers").is_not_null())
    mo.stop(
        counts.is_empty(), note("No follower count has been read; `python -m ingestion enrich` reads them.")
    )
    followers(counts)
    return


if __name__ == "__main__":
    app.run()
