"""Draws a platform: its audience by hour and weekday, its audience over time, its coverage."""

import altair as alt
import marimo as mo
import polars as pl

from charts import ACCENT, COUNT, SHARE, TENTH, WARM, day_axis, sized

DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
FEW_DAYS = 60
HOURS_IN_FULL = 45 * 24
WELL_COVERED = 0.95
# an hour that the crawls saw in part counts in part
AVERAGE = ((pl.col("average") * pl.col("coverage")).sum() / pl.col("coverage").sum()).alias("average")
SEEN = (AVERAGE, pl.col("peak").max(), pl.len().alias("hours"))


def by_hour(hours: pl.DataFrame) -> pl.DataFrame:
    """Return day, hour_of_day, average, peak and hours seen of each hour of the week.

    `hours` has weekday (1: Monday), hour_of_day, average, peak and coverage.
    """
    seen = hours.group_by("weekday", "hour_of_day").agg(
        AVERAGE, pl.col("peak").max(), pl.len().alias("hours")
    )
    return seen.with_columns(_day()).sort("weekday", "hour_of_day")


def by_weekday(hours: pl.DataFrame) -> pl.DataFrame:
    """Return day, average, peak, hours seen, busiest and quietest hour of each weekday."""
    cells = by_hour(hours)
    ends = cells.sort("average", "hour_of_day").group_by("weekday")
    extremes = ends.agg(
        pl.col("hour_of_day").first().alias("quietest"), pl.col("hour_of_day").last().alias("busiest")
    )
    seen = hours.group_by("weekday").agg(*SEEN)
    return seen.join(extremes, on="weekday").with_columns(_day()).sort("weekday")


def heat_map(cells: pl.DataFrame, measure: str, zone: str) -> mo.Html:
    """Return the rows of `by_hour` as a map of colours."""
    squares = (
        alt.Chart(cells)
        .mark_rect(stroke="#fff", strokeWidth=1)
        .encode(
            x=alt.X(
                "hour_of_day:O", title=f"hour of the day, {zone}", scale=alt.Scale(domain=list(range(24)))
            ).axis(labelAngle=0, labelOverlap=True),
            y=alt.Y("day:N", title=None, scale=alt.Scale(domain=DAYS)),
            color=alt.Color("average:Q", title=f"average {measure}", scale=alt.Scale(zero=False)).legend(
                format=COUNT, gradientLength=240
            ),
            tooltip=[
                alt.Tooltip("day:N", title="weekday"),
                alt.Tooltip("hour_of_day:Q", title="hour"),
                alt.Tooltip("average:Q", title=f"average {measure}", format=TENTH),
                alt.Tooltip("peak:Q", title=f"peak {measure}", format=COUNT),
                alt.Tooltip("hours:Q", title="hours seen"),
            ],
        )
    )
    title = f"{measure.capitalize()} by hour and weekday"
    return sized(squares, title, f"average {measure} at a moment; darker is more", 260)


def concurrency(hours: pl.DataFrame, measure: str, zone: str) -> mo.Html:
    """Return average and peak over time: by hour, or by day where that would be too many."""
    grain = "hour" if len(hours) <= HOURS_IN_FULL else "day"
    at = pl.col("local_at").dt.truncate("1h" if grain == "hour" else "1d").alias("at")
    series = hours.with_columns(at).group_by("at").agg(AVERAGE, pl.col("peak").max()).sort("at")
    base = alt.Chart(series).encode(
        x=day_axis("at"),
        tooltip=[
            alt.Tooltip("at:T", title=grain, format="%Y-%m-%d %H:%M" if grain == "hour" else "%Y-%m-%d"),
            alt.Tooltip("average:Q", title=f"average {measure}", format=TENTH),
            alt.Tooltip("peak:Q", title=f"peak {measure}", format=COUNT),
        ],
    )
    average = base.mark_area(opacity=0.35, line={"strokeWidth": 1.5, "color": ACCENT}).encode(
        y=alt.Y("average:Q", title=measure).axis(format=COUNT)
    )
    peak = base.mark_line(color=WARM, strokeWidth=1, point={"size": 6, "color": WARM}).encode(y="peak:Q")
    subtitle = f"{measure} of each {grain}, {zone}: average (area), peak (line)"
    return sized(average + peak, f"{measure.capitalize()} at one time", subtitle, 300)


def coverage(days: pl.DataFrame) -> mo.Html:
    """Return the share of each day that the crawls saw; `days` has day, coverage, complete, incomplete."""
    bars = (
        alt.Chart(days.select("day", "coverage", "complete", "incomplete"))
        .mark_bar(width={"band": 0.8 if len(days) < FEW_DAYS else 1})
        .encode(
            x=day_axis("day").timeUnit("yearmonthdate"),
            y=alt.Y("coverage:Q", title="coverage", scale=alt.Scale(domain=[0, 1])).axis(format=".0%"),
            color=alt.condition(f"datum.coverage < {WELL_COVERED}", alt.value(WARM), alt.value(ACCENT)),
            tooltip=[
                alt.Tooltip("day:T", format="%Y-%m-%d"),
                alt.Tooltip("coverage:Q", format=SHARE),
                alt.Tooltip("complete:Q", title="complete crawls", format=COUNT),
                alt.Tooltip("incomplete:Q", title="incomplete crawls", format=COUNT),
            ],
        )
    )
    subtitle = f"share of each day that the crawls saw; below {WELL_COVERED:.0%} in orange"
    return sized(bars, "Coverage", subtitle, 200)


def _day() -> pl.Expr:
    return pl.col("weekday").replace_strict(dict(enumerate(DAYS, 1)), return_dtype=pl.String).alias("day")
