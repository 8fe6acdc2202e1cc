"""The charts' common look: one theme, one palette, figures written alike."""

import altair as alt
import marimo as mo
import polars as pl

ACCENT, WARM, INK, QUIET, LINE = "#0f6e84", "#d9822b", "#1f2a37", "#9aa5b1", "#e3e8ee"
PALETTE = ["#0f6e84", "#d9822b", "#6a4c93", "#2f9e60", "#c2456b", "#4d7fd1", "#8a7a2c", "#7c8794"]
COUNT, TENTH, SHARE = ",.0f", ",.1f", ".1%"
# more points than a chart and a browser can take
MOST_POINTS = 20_000
alt.data_transformers.options["max_rows"] = MOST_POINTS


@alt.theme.register("airtime", enable=True)
def theme() -> alt.theme.ThemeConfig:
    """Return the theme of every chart."""
    ink = {"labelColor": "#44505e", "titleColor": "#44505e", "labelFontSize": 12, "titleFontSize": 12}
    axis = ink | {"titleFontWeight": "normal", "gridColor": LINE, "domainColor": LINE, "tickColor": LINE}
    return {
        "config": {
            "font": "PT Sans, system-ui, sans-serif",
            "background": "transparent",
            "view": {"stroke": None},
            "range": {"category": PALETTE, "heatmap": ["#f3f8f9", "#8fc3cd", "#0f6e84", "#07323d"]},
            "title": {"anchor": "start", "fontSize": 15, "color": INK, "subtitleColor": "#5b6878"},
            "axis": axis | {"labelLimit": 180, "titlePadding": 10},
            "legend": ink | {"orient": "bottom", "titleFontWeight": "normal", "labelLimit": 160},
            "bar": {"color": ACCENT},
            "area": {"color": ACCENT},
            "rect": {"color": ACCENT},
            "point": {"color": ACCENT},
            "line": {"color": ACCENT, "strokeWidth": 2},
        }
    }


def sized(chart: alt.Chart | alt.LayerChart, title: str, subtitle: str = "", height: int = 280) -> mo.Html:
    """Return a chart as wide as the page, with a title and a line that says what is measured.

    It is drawn when it comes into view, so that the tables above it do not wait for it.
    """
    titled = alt.TitleParams(title, subtitle=subtitle)
    return mo.lazy(chart.properties(title=titled, width="container", height=height))


def day_axis(column: str) -> alt.X:
    """Return a time axis whose labels are days."""
    return alt.X(f"{column}:T", title=None).axis(
        format="%d %b", labelOverlap=True, labelSeparation=8, tickCount=8
    )


def item_lines(values: pl.DataFrame, column: str, metric: str, measured: str, order: list[str]) -> mo.Html:
    """Return the lines of tracked items over time.

    Args:
        values: rows of item, bucket_start (UTC), value and indexed.
        column: which of the last two is drawn.
        metric: what the value is of.
        measured: how it was made of the readings.
        order: the items, in the order of their colours.
    """
    lines = (
        alt.Chart(values.select("item", "bucket_start", "value", "indexed"))
        .mark_line(point={"size": 14, "filled": True})
        .encode(
            x=alt.X("bucket_start:T", title="UTC").axis(labelOverlap=True, tickCount=8),
            y=alt.Y(
                f"{column}:Q",
                title="first shown = 100" if column == "indexed" else metric,
                scale=alt.Scale(zero=False),
            ),
            color=alt.Color("item:N", sort=order, title=None, legend=alt.Legend(columns=3)),
            tooltip=[
                alt.Tooltip("item:N"),
                alt.Tooltip("bucket_start:T", title="from (UTC)", format="%Y-%m-%d %H:%M"),
                alt.Tooltip("value:Q", title=metric, format=",.12~g"),
                alt.Tooltip("indexed:Q", title="first shown = 100", format=TENTH),
            ],
        )
    )
    return sized(lines, metric, f"{measured}; the axis does not start at 0", 320)
