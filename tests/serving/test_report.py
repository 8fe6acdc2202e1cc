"""The report to be mailed: it says what the published copy says, needs nothing else and harms nobody."""

from html.parser import HTMLParser
from pathlib import Path

import pytest

from serving.exports.everything import export
from serving.publish import publish
from tests.serving.made_up import PUBLISHED_AT, build, query
from tests.serving.ranked import FORMULA, HOSTILE, publish_ranked

FIRST_WEEK = "period = 'last_7_days'"


class Page(HTMLParser):
    """Collects headings, tables of cells, tags and attributes of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tables: list[list[list[str]]] = []
        self.titles: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self._open = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")
        elif tag in ("h2", "h3"):
            self.titles.append("")
        if tag in ("td", "th", "h2", "h3"):
            self._open = tag

    def handle_endtag(self, tag: str) -> None:
        if tag == self._open:
            self._open = ""

    def handle_data(self, data: str) -> None:
        if self._open in ("td", "th"):
            self.tables[-1][-1][-1] += data
        elif self._open:
            self.titles[-1] += data


@pytest.fixture(scope="module")
def published(tmp_path_factory) -> Path:
    return publish_ranked(tmp_path_factory.mktemp("ranked"))


@pytest.fixture(scope="module")
def report(published) -> str:
    export(published, published.with_name("exports"))
    return published.with_name("exports").joinpath("report.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(report) -> Page:
    return Page(report)


def test_each_platform_has_its_rankings_under_its_dates(page):
    dates = "2026-02-03 to 2026-02-09"
    assert page.titles == [
        f"history, {dates}",
        "Streamers",
        f"twitch, {dates}",
        *("Streamers", "Games", "Publishers", "Genres", "Languages", "Tags", "Follower growth"),
    ]


def test_the_numbers_are_those_of_the_published_copy(page, published):
    shown = page.tables[1]
    assert shown[0] == [
        *("#", "moved", "streamer", "hours watched", "± error", "share"),
        *("hours live", "average viewers", "peak", "main game"),
    ]
    expected = query(
        published,
        "select rank::varchar, streamer_name, format('{:,}', round_even(hours_watched, 0)::bigint),"
        " format('{:,}', round_even(hours_watched_error, 0)::bigint), main_game from marts.rank_streamers"
        f" where platform = 'twitch' and {FIRST_WEEK} and rank <= 25 order by rank",
    )
    assert [(row[0], row[2], row[3], row[4], row[9]) for row in shown[1:]] == expected
    assert len(expected) == 25


def test_the_report_says_who_moved_and_who_is_new(page, published):
    [(third,)] = query(
        published,
        "select rank_change from marts.rank_streamers"
        f" where platform = 'twitch' and {FIRST_WEEK} and rank = 3",
    )
    arrow = f"{'▲' if third > 0 else '▼'} {abs(third)}" if third else "="
    assert [row[1] for row in page.tables[1][1:4]] == ["▼ 4", "new", arrow]


def test_a_category_without_a_rank_comes_last_and_without_a_place(page):
    [genres] = [table for table in page.tables if table[0][2] == "genre"]
    assert genres[-1][:3] == ["", "", "(unknown)"]


def test_a_hostile_name_is_shown_as_it_is_and_does_nothing(page, report):
    assert [row[2] for row in page.tables[1][2:4]] == [HOSTILE, FORMULA]
    assert "<script" not in report
    assert page.tags.isdisjoint({"script", "img", "link", "iframe", "object", "a"})
    assert {name for name in page.attributes if name in ("src", "href") or name.startswith("on")} == set()
    assert "url(" not in report and "@import" not in report
    assert "default-src 'none'" in report


def test_the_report_is_small_enough_to_be_mailed(report):
    assert 5_000 < len(report.encode()) < 500_000


def test_without_rankings_the_report_says_so(tmp_path):
    publish(build(tmp_path / "w.duckdb"), tmp_path / "p.duckdb", published_at=PUBLISHED_AT)
    export(tmp_path / "p.duckdb", tmp_path / "exports")
    assert "There is no ranking yet" in (tmp_path / "exports" / "report.html").read_text()
