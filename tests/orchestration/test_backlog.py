"""A build after a long time without one, which takes what has waited in parts."""

from datetime import datetime, timedelta

from click.testing import CliRunner

import ingestion.warehouse.built
from ingestion.settings import Settings
from ingestion.warehouse.load import load
from orchestration.__main__ import cli
from serving.publish import checksums
from tests.dbt_project.making.warehouses import build, land_world
from tests.orchestration.homes import environment
from tests.reference.worlds.small import crawl, live_world, observation


def test_a_long_backlog_is_built_in_parts_and_ends_in_the_same_marts(tmp_path, monkeypatch):
    settings, at_once = Settings(AIRTIME_HOME=tmp_path / "parts"), Settings(AIRTIME_HOME=tmp_path / "at_once")
    for hours in (0, 1, 13, 14):  # two crawls each side of a midnight
        at = datetime(2026, 3, 1, 11) + timedelta(hours=hours)
        world = live_world(
            [crawl(at)],
            [observation(at, streamer_id=name, stream_id=name, tags=[str(at)]) for name in ("7", "8")],
        )
        for home in (settings, at_once):
            land_world(home, world)
    for home in (settings, at_once):
        load(home)
    monkeypatch.setattr(ingestion.warehouse.built, "ROWS_PER_GIGABYTE", 1)
    for name, value in environment(settings.root, AIRTIME_MEMORY="4GB", DAGSTER_HOME="").items():
        monkeypatch.setenv(name, value)  # the command sets DAGSTER_HOME; put back afterwards
    done = CliRunner().invoke(cli, ["run", "build"])
    assert done.exit_code == 0, done.output
    assert "built 1 days, 0 of them again; 1 wait for the next part" in done.stderr
    assert "built 1 days, 0 of them again\n" in done.stderr
    build(at_once, "run")
    assert checksums(settings.warehouse) == checksums(at_once.warehouse)
