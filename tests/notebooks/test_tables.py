"""What a page's tables say of their columns, and which platform comes first."""

import importlib

import duckdb

from tests.places import NOTEBOOKS


def test_a_heading_says_what_the_published_file_says_of_the_column(monkeypatch):
    monkeypatch.syspath_prepend(NOTEBOOKS)
    look, columns = (importlib.import_module(name) for name in ("look", "columns"))
    with duckdb.connect() as connection:
        connection.execute("create schema marts; create table marts.rank_games (hours_watched double)")
        connection.execute("comment on column marts.rank_games.hours_watched is 'Hours of all viewers'")
        rows = connection.execute("select 1.0 as hours_watched, 0.5 as change").pl()
        said = look.meanings(connection, "rank_games")
    table = look.table(rows, ["hours_watched", "change"], meanings=said)
    assert table._component_args["header-tooltip"] == {
        "Hours watched": "Hours of all viewers",
        "Against before": columns.COLUMNS["change"].meaning,
    }


def test_the_largest_platform_that_is_still_crawled_is_shown_first(monkeypatch):
    monkeypatch.syspath_prepend(NOTEBOOKS)
    picker = importlib.import_module("platform_picker")
    with duckdb.connect() as connection:
        connection.execute("create schema marts")
        connection.execute(
            """
            create table marts.crawls as from (values
                ('small', timestamp '2026-02-09 20:59', true, 30),
                ('large', timestamp '2026-02-09 20:00', true, 400),
                ('large', timestamp '2026-02-08 20:00', true, 20),
                ('ended', timestamp '2026-01-01 00:00', true, 9000),
                ('broken', timestamp '2026-02-09 21:00', false, 70000)
            ) as crawls (platform, observed_at, is_complete, streams)
            """
        )
        found = connection.execute(picker.PLATFORMS.format(mart="crawls")).fetchall()
    assert [platform for (platform,) in found] == ["large", "small", "ended", "broken"]
