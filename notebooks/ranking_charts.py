"""Draws rankings: the leaders, who gained and lost, the leaders over time."""

import altair as alt
import marimo as mo
import polars as pl

from charts import ACCENT, COUNT, INK, WARM, day_axis, sized

LEADING = 8
FIRST = 15
# above as many, lines show weeks
FEW_DAYS = 60


def leaders(ranking: pl.DataFrame, name: str, measure: str, title: str) -> mo.Html:
    """Return bars of the first of a ranking, with the error where the ranking states one.

    Args:
        ranking: rows in the order of their rank.
        name: the column of the names.
        measure: the column that is ranked.
        title: what it is called.
    """
    first = ranking.filter(pl.col("rank").is_not_null()).head(FIRST)
    form = "+.1%" if measure == "follower_growth" else COUNT
    base = alt.Chart(first).encode(y=alt.Y(f"{name}:N", sort=None, title=None))
    bars = base.mark_bar(height={"band": 0.7}).encode(
        x=alt.X(f"{measure}:Q", title=title, axis=alt.Axis(format=form)),
        tooltip=[
            alt.Tooltip(f"{name}:N", title="name"),
            alt.Tooltip(f"{measure}:Q", title=title, format=form),
        ],
    )
    subtitle = ""
    if f"{measure}_error" in ranking.columns:
        subtitle = "the dark line is one standard error to each side"
        error = base.transform_calculate(
            low=f"datum.{measure} - datum.{measure}_error", high=f"datum.{measure} + datum.{measure}_error"
        )
        bars += error.mark_rule(strokeWidth=3, color=INK).encode(x="low:Q", x2="high:Q")
    return sized(bars, f"The first {len(first)}: {title.lower()}", subtitle, height=24 * len(first) + 10)


def changes(games: pl.DataFrame) -> pl.DataFrame:
    """Return the games that gained and lost most hours watched against the period before."""
    moves = (
        games.filter(pl.col("previous_hours_watched").is_not_null())
        .with_columns((pl.col("hours_watched") - pl.col("previous_hours_watched")).alias("difference"))
        .filter(pl.col("difference") != 0)
        .sort("difference", "game_name", descending=[True, False])
        .select("game_name", "difference", "hours_watched", "previous_hours_watched")
    )
    gained, lost = moves.filter(pl.col("difference") > 0), moves.filter(pl.col("difference") < 0)
    return pl.concat([gained.head(LEADING), lost.tail(LEADING)])


def gains_and_losses(moves: pl.DataFrame) -> mo.Html:
    """Return bars of the rows of `changes`, gains to the right, losses to the left."""
    bars = (
        alt.Chart(moves)
        .mark_bar(height={"band": 0.7})
        .encode(
            x=alt.X("difference:Q", title="difference in hours watched").axis(format="+,.0f"),
            y=alt.Y("game_name:N", sort=None, title=None),
            color=alt.condition("datum.difference > 0", alt.value(ACCENT), alt.value(WARM)),
            tooltip=[
                alt.Tooltip("game_name:N", title="game"),
                alt.Tooltip("hours_watched:Q", title="hours watched", format=COUNT),
                alt.Tooltip("previous_hours_watched:Q", title="in the period before", format=COUNT),
            ],
        )
    )
    return sized(
        bars, "Who gained, who lost", "games with most hours watched more or less", 22 * len(moves) + 10
    )


def over_time(history: pl.DataFrame, names: list[str], kind: str, grain: str) -> mo.Html:
    """Return the average viewers of some games or publishers in each day or week."""
    lines = (
        alt.Chart(history.select("name", "period_start", "average_viewers"))
        .mark_line(point={"size": 14, "filled": True})
        .encode(
            x=day_axis("period_start"),
            y=alt.Y("average_viewers:Q", title="average viewers").axis(format=COUNT),
            color=alt.Color("name:N", sort=names, title=None, legend=alt.Legend(columns=4)),
            tooltip=[
                alt.Tooltip("name:N", title=kind[:-1]),
                alt.Tooltip("period_start:T", title=grain, format="%Y-%m-%d"),
                alt.Tooltip("average_viewers:Q", title="average viewers", format=COUNT),
            ],
        )
    )
    return sized(
        lines,
        f"Leading {kind} over time",
        f"average viewers of each {grain}; the leaders of the period above",
    )
