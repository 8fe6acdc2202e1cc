"""What is parsed and built once for all tests of the models that look at it."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from ingestion.settings import Settings
from tests.dbt_project.making.built_homes import DAYS, copied, two_stretches
from tests.dbt_project.making.edge_worlds import known_worlds
from tests.dbt_project.making.warehouses import DBT_PROJECT, build, land_world, load_worlds
from tests.ingestion.landed_crawls import START, land_streams, stream


@pytest.fixture(scope="session")
def edges(tmp_path_factory) -> Settings:
    """A warehouse of all worlds whose numbers are known, each a platform of its own, as UTC has it."""
    settings, worlds = Settings(AIRTIME_HOME=tmp_path_factory.mktemp("edges")), known_worlds()
    for world in worlds:
        land_world(settings, world)
    land_impossible_rows(settings)
    load_worlds(settings, worlds)
    with duckdb.connect(settings.warehouse) as raw:  # as an older airtime left it
        raw.execute("alter table raw.crawls drop column rejected")
    build(settings)
    return settings


def land_impossible_rows(settings: Settings) -> None:
    """Land a crawl as it was before rows were judged: three streams, two without a name, and five others."""
    odd = [{"viewer_count": -1}, {"viewer_count": None}, {"viewer_count": 2**62}]
    odd += [{"started_at": datetime(2090, 1, 1)}, {"started_at": datetime(1, 1, 1)}]
    rows = [stream(0, 30)] + [stream(number) | fields for number, fields in enumerate(odd, start=1)]
    rows += [stream(6, user_name=None), stream(7, user_name=None, user_login=None)]
    land_streams(settings, START, rows, "impossible")


@pytest.fixture(scope="session")
def loaded(tmp_path_factory) -> Settings:
    """A home of four days that are loaded and not built."""
    settings = Settings(AIRTIME_HOME=tmp_path_factory.mktemp("loaded"))
    for day in DAYS:
        land_world(settings, two_stretches(day))
    load_worlds(settings, [])
    return settings


@pytest.fixture(scope="session")
def pristine(tmp_path_factory, loaded) -> Settings:
    """The same home, built."""
    settings = copied(loaded, tmp_path_factory.mktemp("pristine") / "home")
    build(settings, "run")
    return settings


@pytest.fixture
def home(tmp_path, pristine) -> Settings:
    """A copy of the built home, which a test may spoil."""
    return copied(pristine, tmp_path / "home")


@pytest.fixture(scope="session")
def parsed(tmp_path_factory) -> Callable[[str], dict]:
    """Return the manifest that `dbt parse` makes for a target of the profile; a warning fails."""
    known: dict[str, dict] = {}

    def parse(target: str) -> dict:
        if target not in known:
            known[target] = _parse(tmp_path_factory.mktemp(target), target)
        return known[target]

    return parse


def _parse(folder: Path, target: str) -> dict:
    environment = {
        **os.environ,
        "AIRTIME_WAREHOUSE": ":memory:",
        "DBT_TARGET_PATH": str(folder / "target"),
        "DBT_LOG_PATH": str(folder / "logs"),
    }
    dbt = Path(sys.executable).with_name("dbt")
    folders = ["--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT)]
    arguments = [dbt, "--no-use-colors", "--warn-error", "parse", "--target", target, *folders]
    done = subprocess.run(arguments, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-6000:]
    return json.loads((folder / "target" / "manifest.json").read_text())
