"""Models that were changed since they were parsed are not run; dbt by hand, from any folder."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from orchestration.models.command import DBT, prepare_target
from orchestration.models.files import models_fault


@pytest.fixture
def project(tmp_path):
    """A project with one model that was parsed after it was written."""
    (tmp_path / "models" / "marts").mkdir(parents=True)
    (tmp_path / "target").mkdir()
    for number, name in enumerate(["models/marts/games.sql", "dbt_project.yml", "target/manifest.json"]):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (number, number))
    return tmp_path


def fault(project: Path) -> str:
    return models_fault(project, project / "target" / "manifest.json")


def test_models_as_they_were_parsed_have_no_fault(project):
    assert fault(project) == ""


def test_a_project_that_was_not_parsed_says_what_to_do(project):
    (project / "target" / "manifest.json").unlink()
    assert fault(project).endswith("manifest.json is missing: run `make install`, which makes it")


def test_a_changed_model_is_named_with_what_to_do(project):
    changed = project / "models" / "marts" / "games.sql"
    os.utime(changed, (3, 3))
    assert fault(project) == (f"{changed} was changed since the models were parsed: run `make install`")


def test_a_new_model_is_a_change(project):
    (project / "models" / "marts" / "tags.sql").touch()
    assert "tags.sql was changed" in fault(project)


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
