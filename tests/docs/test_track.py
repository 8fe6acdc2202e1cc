"""The page about tracking, followed literally, against a simulator that is served on another port."""

import re
import shlex
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from simulator.server import serve, services
from simulator.truth.world import World
from tests.forking import python_m
from tests.ingestion.commands import clean_environment
from tests.places import PROJECT

PAGE = (PROJECT / "docs" / "how-to" / "track.md").read_text()
BLOCK = re.compile(r"```(\w*)\n(.*?)```", re.DOTALL)


@pytest.fixture
def addresses() -> Iterator[dict[str, str]]:
    with serve(World(1, 30), client_id="id", client_secret="secret") as served:
        yield {**services(served), "STATION_URL": f"{served.url}/internal"}


def followed(home: Path, variables: dict[str, str]) -> dict[str, str]:
    """Do what the page says, but for serving; return what each command printed."""
    said = {}
    environment = clean_environment(home, **variables)
    for language, text in BLOCK.findall(PAGE):
        if language == "yaml":
            (home / "kinds").mkdir(parents=True)
            (home / "kinds" / "station.yml").write_text(text)
        for line in text.splitlines() if language == "sh" else ():
            python, dash, module, *arguments = shlex.split(line)
            assert (python, dash) == (".venv/bin/python", "-m")
            if module != "simulator":
                done = python_m(module, *arguments, environment=environment, folder=home.parent)
                assert done.returncode == 0, (line, done.stderr)
                said[" ".join([module, *arguments[:3]])] = done.stdout
    return said


def test_whoever_follows_the_page_has_the_numbers_in_a_mart(tmp_path: Path, addresses: dict[str, str]):
    home = tmp_path / "data"
    home.mkdir()
    said = followed(home, addresses)
    assert "internal.random: on\n" in said["ingestion track kinds"]
    assert said["ingestion track add station.gauge"] == "station.gauge north is tracked every 15m\n"
    assert re.search(
        r"^internal.random alpha: asked .* The first$", said["ingestion track list"], re.MULTILINE
    )
    [query] = [text for language, text in BLOCK.findall(PAGE) if language == "sql"]
    with duckdb.connect(home / "published" / "airtime.duckdb", read_only=True) as published:
        rows = published.execute(query).fetchall()
    assert {row[:3] for row in rows} == {
        *(("internal.random", item, metric) for item in ("alpha", "beta") for metric in ("value", "total")),
        *(("station.gauge", "north", metric) for metric in ("level", "drawn")),
    }
    assert all(isinstance(row[3], datetime) and row[4] is not None for row in rows)


def test_the_page_names_every_key_of_a_description_and_every_shipped_kind():
    kinds = (PROJECT / "ingestion" / "sources" / "kinds").glob("*.yml")
    names = [
        name for file in kinds for name in re.findall(r"^  (\w+\.[\w-]+):$", file.read_text(), re.MULTILINE)
    ]
    assert len(names) > 15
    missing = [name for name in names if f"`{name}`" not in PAGE and not name.endswith("-monitor")]
    assert [name for name in missing if name != "internal.random"] == []
    model = (PROJECT / "ingestion" / "sources" / "kind.py").read_text()
    keys = re.findall(r"^    (\w+): (?!Literal)", model, re.MULTILINE)
    assert [key for key in keys if f"`{key}`" not in PAGE and key != "json_body"] == []
