"""The charts' common look: one theme, one palette, figures written alike."""

import altair as alt
import marimo as mo

ACCENT, WARM, INK, QUIET, LINE = "#0f6e84", "#d9822b", "#1f2a37", "#9aa5b1", "#e3e8ee"
PALETTE = ["#0f6e84", "#d9822b", "#6a4c93", "#2f9e60", "#c2456b", "#4d7fd1", "#8a7a2c", "#7c8794"]
COUNT, TENTH, SHARE = ",.0f", ",.1f", ".1%"


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
