"""Models that were changed since they were parsed are not run; dbt by hand, from any folder."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from orchestration.models.command import DBT, prepare_target
from orchestration.models.files import SOURCES, models_fault, sources
from tests.places import PROJECT

GAMES = "models/marts/games.sql"


@pytest.fixture
def project(tmp_path):
    """A project with one model that was parsed."""
    for name, text in {GAMES: "select 1", "dbt_project.yml": "", "target/manifest.json": "{}"}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "target" / SOURCES).write_text("\n".join(sources(tmp_path)))
    return tmp_path


def test_models_as_they_were_parsed_have_no_fault_whatever_their_times(project):
    assert models_fault(project) == ""
    os.utime(project / GAMES, (4e9, 4e9))
    assert models_fault(project) == ""


@pytest.mark.parametrize("name", ["manifest.json", SOURCES])
def test_a_project_that_was_not_parsed_says_what_to_do(project, name):
    (project / "target" / name).unlink()
    assert models_fault(project).endswith(f"{name} is missing: run `make install`, which makes it")


def test_a_model_replaced_by_an_older_file_is_named_with_what_to_do(project):
    (project / GAMES).write_text("select 2")
    os.utime(project / GAMES, (1, 1))
    expected = f"{project / GAMES} was changed since the models were parsed: run `make install`"
    assert models_fault(project) == expected


def test_a_model_that_was_moved_is_a_change(project):
    (project / GAMES).rename(project / "models" / "marts" / "zones.sql")
    assert models_fault(project).startswith(f"{project / GAMES} was removed since")


def test_a_new_model_is_a_change(project):
    (project / "models" / "marts" / "tags.sql").touch()
    assert "tags.sql was changed" in models_fault(project)


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_make_parses_again_what_was_moved_though_its_time_is_old(tmp_path):
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    for part in ("dbt_project", "orchestration", "Makefile"):
        subprocess.run(["cp", "-a", PROJECT / part, checkout / part], check=True)
    (checkout / ".venv").symlink_to(PROJECT / ".venv")
    assert not is_parsed_again(checkout)
    (checkout / "dbt_project" / "tests").rename(checkout / "dbt_project" / "others")
    assert is_parsed_again(checkout)


def is_parsed_again(checkout: Path) -> bool:
    command = ["make", "-n", "-o", ".venv/installed", "install"]
    return "dbt --quiet parse" in subprocess.check_output(command, cwd=checkout, text=True)


@pytest.mark.parametrize("is_left", [False, True], ids=["new", "left by a copy that kept its mode"])
def test_models_parsed_in_a_checkout_that_is_not_to_be_written_can_be_written_elsewhere(tmp_path, is_left):
    parsed, target = tmp_path / "partial_parse.msgpack", tmp_path / "home" / "dbt"
    parsed.write_text("parsed")
    parsed.chmod(0o444)
    if is_left:
        target.mkdir(parents=True)
        shutil.copy(parsed, target)
    prepare_target(target, parsed)
    copy = target / parsed.name
    assert (copy.read_text(), copy.stat().st_mode & 0o777) == ("parsed", 0o644)


def by_hand(home: Path, *arguments: str) -> subprocess.CompletedProcess:
    told = {name: value for name, value in os.environ.items() if name != "AIRTIME_WAREHOUSE"}
    command = [DBT, "--no-use-colors", *arguments]
    environment = {**told, "AIRTIME_HOME": str(home)}
    return subprocess.run(
        command, env=environment, cwd=home.parent, capture_output=True, text=True, check=False
    )


def test_dbt_by_hand_knows_its_project_and_writes_into_the_home_from_any_folder(tmp_path):
    listed = by_hand(tmp_path / "home", "--quiet", "ls", "--select", "crawls", "--resource-type", "model")
    assert (listed.returncode, listed.stdout.split(".")[-1]) == (0, "crawls\n"), listed.stderr
    assert (tmp_path / "home" / "dbt" / "dbt.log").exists()


def test_dbt_by_hand_says_that_nothing_has_been_loaded(tmp_path):
    refused = by_hand(tmp_path / "home", "run")
    assert (refused.returncode, refused.stdout, refused.stderr) == (
        2,
        "",
        f"Error: nothing has been loaded into {tmp_path / 'home' / 'warehouse.duckdb'}: load first "
        "(make run, make import), or set AIRTIME_HOME to the home of a warehouse\n",
    )
