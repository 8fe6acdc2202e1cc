"""What a page's tables say of their columns."""

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
