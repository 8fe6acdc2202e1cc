"""Draws one streamer: sessions, viewers, rank and followers over time."""

import altair as alt
import marimo as mo
import polars as pl

from charts import COUNT, PALETTE, QUIET, WARM, day_axis, sized

LINE, HIGHEST = 18, 900


def games_of(sessions: pl.DataFrame) -> pl.DataFrame:
    """Return hours_broadcast, hours_watched, average and peak viewers, and sessions by main game."""
    return (
        sessions.group_by("main_game")
        .agg(
            pl.col("airtime_hours").sum().alias("hours_broadcast"),
            pl.col("hours_watched").sum(),
            pl.col("peak_viewers").max(),
            pl.len().alias("sessions"),
        )
        .with_columns((pl.col("hours_watched") / pl.col("hours_broadcast")).alias("average_viewers"))
        .sort("hours_watched", "main_game", descending=[True, False])
    )


def timeline(sessions: pl.DataFrame, leading: list[str]) -> mo.Html:
    """Return the sessions, a line a day, in the colours of the `leading` main games."""
    days = _by_day(sessions).with_columns(
        pl.when(pl.col("main_game").is_in(leading))
        .then("main_game")
        .otherwise(pl.lit("others"))
        .alias("game")
    )
    legend = [*leading, *(["others"] if "others" in days["game"] else [])]
    bars = (
        alt.Chart(days)
        .mark_bar(height={"band": 0.8})
        .encode(
            x=alt.X("from_hour:Q", title="hour of the day, UTC", scale=alt.Scale(domain=[0, 24])).axis(
                values=list(range(0, 25, 3))
            ),
            x2="to_hour:Q",
            y=alt.Y("day:O", title=None, sort="descending", axis=alt.Axis(labelOverlap=True)),
            color=alt.Color("game:N", title="main game", scale=alt.Scale(domain=legend, range=PALETTE)),
            tooltip=[
                alt.Tooltip("started_at:T", title="started (UTC)", format="%Y-%m-%d %H:%M"),
                alt.Tooltip("duration_hours:Q", title="hours", format=".1f"),
                alt.Tooltip("average_viewers:Q", title="average viewers", format=COUNT),
                alt.Tooltip("game:N", title="main game"),
            ],
        )
    )
    height = min(max(60, days["day"].n_unique() * LINE), HIGHEST)
    return sized(bars, "Sessions", "one line a day, newest on top", height)


def viewers(sessions: pl.DataFrame) -> mo.Html:
    """Return the average and the peak viewers of each session over time."""
    columns = ["started_at", "ended_at", "average_viewers", "peak_viewers", "main_game"]
    spans = alt.Chart(sessions.select(columns)).encode(
        x=day_axis("started_at"),
        x2="ended_at:T",
        tooltip=[
            alt.Tooltip("started_at:T", title="started (UTC)", format="%Y-%m-%d %H:%M"),
            alt.Tooltip("average_viewers:Q", title="average viewers", format=COUNT),
            alt.Tooltip("peak_viewers:Q", title="peak viewers", format=COUNT),
            alt.Tooltip("main_game:N", title="main game"),
        ],
    )
    average = spans.mark_rect(opacity=0.75).encode(
        y=alt.Y("average_viewers:Q", title="viewers").axis(format=COUNT), y2=alt.datum(0)
    )
    peak = spans.mark_rule(color=WARM, strokeWidth=2).encode(y="peak_viewers:Q")
    return sized(average + peak, "Viewers over time", "block: average of a session; line: its peak")


def rank_history(ranks: pl.DataFrame, period: str) -> mo.Html:
    """Return the rank in each day, week or month."""
    lines = (
        alt.Chart(ranks)
        .mark_line(point={"size": 36, "filled": True})
        .encode(
            x=day_axis("period_start"),
            y=alt.Y("rank:Q", title="rank by hours watched", scale=alt.Scale(reverse=True, zero=False)).axis(
                tickMinStep=1, format="d"
            ),
            tooltip=[
                alt.Tooltip("period_start:T", title=period, format="%Y-%m-%d"),
                alt.Tooltip("rank:Q", format=COUNT),
                alt.Tooltip("hours_watched:Q", title="hours watched", format=COUNT),
            ],
        )
    )
    return sized(lines, f"Rank of each {period}", "the first place on top", 240)


def followers(counts: pl.DataFrame) -> mo.Html:
    """Return the followers by day."""
    line = (
        alt.Chart(counts.select("period_start", "followers"))
        .mark_line(point={"size": 20, "filled": True, "color": QUIET})
        .encode(
            x=day_axis("period_start"),
            y=alt.Y("followers:Q", title="followers", scale=alt.Scale(zero=False)).axis(format=COUNT),
            tooltip=[
                alt.Tooltip("period_start:T", title="day", format="%Y-%m-%d"),
                alt.Tooltip("followers:Q", format=COUNT),
            ],
        )
    )
    return sized(line, "Followers", "last known count of each day; the axis does not start at 0", 240)


def _by_day(sessions: pl.DataFrame) -> pl.DataFrame:
    start, day, end = pl.col("started_at"), pl.col("day"), pl.col("ended_at")
    from_at, to_at = pl.max_horizontal(start, day), pl.min_horizontal(end, day.dt.offset_by("1d"))
    return (
        sessions.with_columns(pl.datetime_ranges(start.dt.truncate("1d"), end.dt.truncate("1d")).alias("day"))
        .explode("day")
        .with_columns(
            ((from_at - day).dt.total_seconds() / 3600).alias("from_hour"),
            ((to_at - day).dt.total_seconds() / 3600).alias("to_hour"),
        )
        .select(
            pl.col("day").dt.strftime("%Y-%m-%d"),
            *("from_hour", "to_hour", "main_game", "average_viewers", "started_at", "duration_hours"),
        )
    )
