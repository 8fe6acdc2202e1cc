"""A published copy that is torn: every reader says in one sentence which file it is and what to do."""

import re
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
import requests
from click.testing import CliRunner

from serving.__main__ import main
from serving.errors import DiskRefused
from serving.pages.server import index_of
from serving.published import open_published
from tests.serving.api.marts import publish_marts
from tests.serving.api.serving_api import served
from tests.serving.made_up import PUBLISHED_AT, turn_marts
from tests.serving.ranked import publish_ranked

ANY_ID = defaultdict(lambda: "1")
UNOPENED: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda content: b"",
    "cut in the header": lambda content: content[:100],
    "cut in half": lambda content: content[: len(content) // 2],
    "zeros": lambda content: bytes(len(content)),
    "garbage": lambda content: b"\x5a" * len(content),
    "half zeros": lambda content: content[: len(content) // 2].ljust(len(content), b"\0"),
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Path:
    return publish_ranked(tmp_path_factory.mktemp("whole"))


@pytest.fixture
def published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The place of the copy in a home; nothing is there."""
    monkeypatch.setenv("AIRTIME_HOME", str(tmp_path))
    (tmp_path / "published").mkdir()
    return tmp_path / "published" / "airtime.duckdb"


def is_told(said: str, published: Path) -> bool:
    """Tell whether a sentence names the file, the damage and the remedy, and nothing else."""
    sentence = (
        rf"{re.escape(str(published))} cannot be read \([^\n]+\): `python -m serving publish` makes it [^\n]+"
    )
    return re.fullmatch(sentence, said) is not None


def said_by_commands(published: Path) -> dict[str, str]:
    """Return the one line that each command says that reads what is published."""
    said = {}
    for command in ("rankings", "export"):
        done = CliRunner().invoke(main, [command])
        assert (done.exit_code, done.stderr.count("\n")) == (1, 1), done.output
        said[command] = done.stderr.removeprefix("Error: ").rstrip()
    return said


@pytest.mark.parametrize("damage", UNOPENED)
def test_a_copy_that_cannot_be_opened_is_named_by_every_reader(whole: Path, published: Path, damage: str):
    published.write_bytes(UNOPENED[damage](whole.read_bytes()))
    said = said_by_commands(published)
    with pytest.raises(DiskRefused) as refused:
        open_published(published)
    said["notebooks"] = str(refused.value)
    with served(published) as url:
        answer = requests.get(f"{url}/v1/crawls", timeout=10)
    assert answer.status_code == 503
    said["api"] = answer.json()["detail"]
    assert {reader: told for reader, told in said.items() if not is_told(told, published)} == {}
    assert "`python -m serving publish` makes it again" in index_of(published, PUBLISHED_AT)


def test_damage_that_only_a_query_meets_is_said_as_well(published: Path):
    publish_marts(published.parents[1])
    turn_marts(published)
    open_published(published).close()
    said = said_by_commands(published)
    with served(published) as url:
        documented = requests.get(f"{url}/openapi.json", timeout=10).json()["paths"]
        paths = [path for path in documented if path.startswith("/v1/")]
        answers = {path: requests.get(f"{url}{path}".format_map(ANY_ID), timeout=10) for path in paths}
    assert {path: answer.status_code for path, answer in answers.items()} == dict.fromkeys(paths, 503)
    said |= {path: answer.json()["detail"] for path, answer in answers.items()}
    assert {reader: told for reader, told in said.items() if not is_told(told, published)} == {}


def test_a_database_that_is_no_published_copy_is_said_to_be_none(published: Path):
    with duckdb.connect(published) as connection:
        connection.execute("create table own as select 1 as one")
    said = said_by_commands(published)
    assert {reader: told for reader, told in said.items() if not is_told(told, published)} == {}
