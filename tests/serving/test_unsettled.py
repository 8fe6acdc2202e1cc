"""The list of the most watched categories that count as `(unknown)`."""

from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from benchmarks.quarter_of_marts import make_marts
from serving.__main__ import main
from serving.publish import publish
from serving.unsettled import MOST, unsettled
from tests.serving.made_up import PUBLISHED_AT

MOST_WATCHED = """
    select game_id from marts.rank_games where period = 'month'
    qualify period_start = max(period_start) over () order by hours_watched desc, game_id limit 13
"""


def publish_unknown(root: Path) -> list[str]:
    """Publish rankings whose 13 most watched games lack something, the second is none; return their ids.

    Of the platform `files` only the first is known at all.
    """
    with duckdb.connect(root / "warehouse.duckdb") as connection:
        games = [game for (game,) in connection.execute(MOST_WATCHED).fetchall()]
        update = "update marts.games set {} where game_id = ?"
        connection.executemany(update.format("publishers = []"), [(game,) for game in games])
        connection.execute(update.format("genres = []"), [games[0]])
        connection.execute(update.format("is_not_a_game = true"), [games[1]])
        connection.execute(update.format("genres = [], publishers = ['P']"), [games[2]])
        for mart in ("games", "rank_games", "rank_streamers"):
            connection.execute(f"delete from marts.{mart} where platform = 'files'")
            connection.execute(
                f"insert into marts.{mart} by name select * replace ('files' as platform) from marts.{mart}"
            )
        connection.execute("delete from marts.games where platform = 'files' and game_id <> ?", [games[0]])
        connection.execute("update marts.games set shared_game_id = null where platform = 'files'")
    publish(root / "warehouse.duckdb", root / "published" / "airtime.duckdb", published_at=PUBLISHED_AT)
    return games


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Publish rankings of games of which all is known."""
    root = tmp_path_factory.mktemp("home")
    (root / "published").mkdir()
    make_marts(root / "warehouse.duckdb", days=40, streamers=50)
    publish(root / "warehouse.duckdb", root / "published" / "airtime.duckdb", published_at=PUBLISHED_AT)
    return root


def test_the_most_watched_categories_without_publisher_or_genre_are_named(home: Path):
    published, overrides = home / "published" / "airtime.duckdb", home / "overrides.csv"
    assert list(unsettled(published, overrides, "month")) == []

    games = publish_unknown(home)
    lines = list(unsettled(published, overrides, "month"))

    files, twitch = lines[:3], lines[3:]
    assert files[0] == "files categories that count as (unknown), most watched first:"
    assert files[1].startswith(f"  {games[0]}  Game ") and files[1].endswith(" h, no publisher, no genre")
    assert files[2] == "settle them by a table of games: make import GAMES=games.csv PLATFORM=files"
    named = [(line.split()[0], line.split(" h, ")[1]) for line in twitch[1:-1]]
    assert len(named) == MOST
    assert named[:3] == [
        (games[0], "no publisher, no genre"),
        (games[2], "no genre"),
        (games[3], "no publisher"),
    ]


def test_those_of_another_platform_begin_as_their_line_in_the_overrides_does(tmp_path: Path):
    (tmp_path / "published").mkdir()
    make_marts(tmp_path / "warehouse.duckdb", days=40, streamers=50)
    games = publish_unknown(tmp_path)
    with duckdb.connect(tmp_path / "warehouse.duckdb") as connection:
        for mart in ("games", "rank_games", "rank_streamers"):
            connection.execute(f"delete from marts.{mart} where platform = 'files'")
            connection.execute(f"update marts.{mart} set platform = 'kick'")
        update = "update marts.games set shared_game_id = ? where game_id = ?"
        connection.execute(update, ["*:kart", games[2]])
        connection.execute(update, [f"kick:{games[3]}", games[3]])
    published = tmp_path / "published" / "airtime.duckdb"
    publish(tmp_path / "warehouse.duckdb", published, published_at=PUBLISHED_AT)

    lines = list(unsettled(published, tmp_path / "overrides.csv", "month"))

    assert lines[0] == "kick categories that count as (unknown), most watched first:"
    named = [line.split()[0] for line in lines[1:4]]
    assert named == [f"twitch,{games[0]}", f"kick,{games[2]}", f"kick,{games[3]}"]
    assert "a header platform,game_id,publisher,genre and a line for each" in lines[-1]


def test_printed_rankings_end_with_how_to_settle_them(home: Path, monkeypatch: pytest.MonkeyPatch):
    publish_unknown(home)
    monkeypatch.setenv("AIRTIME_HOME", str(home))
    answer = CliRunner().invoke(main, ["rankings", "--period", "month", "--limit", "1"])
    assert answer.exit_code == 0
    assert answer.output.splitlines()[-1] == (
        f"settle them in {home / 'overrides.csv'}: a header game_id,publisher,genre and a line for each;"
        " (not a game) as the genre takes a category out of the games"
    )
