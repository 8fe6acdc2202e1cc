"""No model joins more rows than its input explains: a real day has no memory for what small data hides."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from ingestion.settings import Settings
from tests.dbt_project.making.built_homes import TEN
from tests.dbt_project.making.warehouses import DBT_PROJECT, build, land_world, load_worlds
from tests.reference.worlds.small import crawl, live_world, observation

STREAMERS, CRAWLS, TAGS = 1000, 3, 10
TAG_USES = STREAMERS * CRAWLS * TAGS
# rows of a ranking stand in each of eight periods; a day's tags joined with themselves are 3,000 times these
MOST_ROWS = 9 * TAG_USES


@pytest.fixture(scope="module")
def varied(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A day on which everybody streams another game, in another language, with other tags."""
    instants = [TEN + timedelta(minutes=5 * number) for number in range(CRAWLS)]
    rows = [
        observation(
            at,
            streamer_id=str(number),
            stream_id=f"s{number}",
            game_id=f"g{number}",
            language=f"l{number}",
            tags=[f"Tag{number}x{tag}" for tag in range(TAGS)],
        )
        for at in instants
        for number in range(STREAMERS)
    ]
    settings = Settings(_env_file=None, AIRTIME_HOME=tmp_path_factory.mktemp("varied"))
    land_world(settings, live_world([crawl(at) for at in instants], rows))
    load_worlds(settings, [])
    build(settings, "run")
    return settings


def rows_of_steps(plan: dict) -> Iterator[int]:
    yield plan.get("operator_cardinality", 0)
    for child in plan["children"]:
        yield from rows_of_steps(child)


def most_rows(connection: duckdb.DuckDBPyConnection, compiled: Path) -> int:
    [(_, plan)] = connection.execute(f"explain (analyze, format json) {compiled.read_text()}").fetchall()
    return max(rows_of_steps(json.loads(plan)))


def test_no_step_of_any_model_makes_many_times_the_rows_that_were_observed(varied: Settings):
    models = sorted((varied.root / "target" / "compiled").rglob("models/**/*.sql"))
    assert len(models) > len(list((DBT_PROJECT / "models" / "marts").rglob("*.sql")))
    with duckdb.connect(varied.warehouse) as connection:
        rows = {model.stem: most_rows(connection, model) for model in models}
    assert rows["int_tag_peaks_daily"] >= TAG_USES
    assert {name: count for name, count in rows.items() if count > MOST_ROWS} == {}
