"""The yardstick of the models: what is written by hand makes the same tables, day after day."""

import duckdb
import pytest

from benchmarks.by_hand.compare import differences
from benchmarks.by_hand.home import Home
from benchmarks.twitch_size import Size, make_warehouse

RENAMED = """
update raw.stream_details set user_name = 'Renamed'
where user_id = (select user_id from raw.observations order by observed_at desc, viewer_count desc limit 1)
    and observed_at >= (select max(observed_at)::date from raw.observations)
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    size = Size(streamers=1000, games=100)
    home = Home(make_warehouse(tmp_path_factory.mktemp("by_hand"), size), size)
    for number in (0, 1):
        home.add(number)
    home.script(home.file)
    home.add(2)
    with duckdb.connect(home.settings.warehouse) as connection:
        connection.execute(RENAMED)
    home.script(home.file)
    home.dbt()
    return home


def test_the_script_written_by_hand_makes_the_same_tables_as_the_models(home):
    rows, found = differences(home.settings.warehouse, home.file)
    assert found == []
    assert rows > 10_000


def test_publishing_every_period_again_changes_nothing(home):
    home.script(home.file, "--all-periods")
    assert differences(home.settings.warehouse, home.file)[1] == []


def test_a_figure_that_differs_is_named(home, tmp_path):
    file = tmp_path / "changed.duckdb"
    file.write_bytes(home.file.read_bytes())
    with duckdb.connect(file) as connection:
        connection.execute("update marts.rank_streamers set peak_viewers = peak_viewers + 1 where rank = 1")
        connection.execute("delete from marts.sessions where main_game is not null")
    found = differences(home.settings.warehouse, file)[1]
    assert [sentence.partition(":")[0] for sentence in found] == ["rank_streamers", "sessions"]
    assert "differing: peak_viewers in" in found[0]


def test_the_time_of_the_models_is_known(home):
    assert home.model_seconds() > 0
