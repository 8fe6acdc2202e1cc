"""README, tutorial and the files around the code: short, linked, and in agreement with each other."""

import re
import subprocess
from pathlib import Path

import pytest
import yaml

from docs.samples import TUTORIAL, samples, with_answers
from ingestion.platforms.reading import SHIPPED, read_description
from ingestion.settings import Settings
from tests.places import PROJECT

LINK = re.compile(r"\]\((?!https?://)([^)#\s]*)(?:#([^)\s]+))?\)")
MOST_WORDS = 900
KEPT = {"data/", ".env"}


def heading_ids(page: Path) -> set[str]:
    """Return what the headings of a page can be linked by."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[\s]+", "-", re.sub(r"[^\w\s-]", "", text).strip().lower()) for text in headings}


def first_row(answer: str) -> list[str]:
    """Return the cells of the first row of what DuckDB prints."""
    rows = answer.partition("├")[2].splitlines()[1:]
    return [cell.strip() for cell in rows[0].strip("│").split("│")]


def would_run(target: str) -> str:
    """Return the commands of a make target, which are not run."""
    command = ["make", "--no-print-directory", "-n", "-o", ".venv/installed", target]
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True).stdout


def test_the_readme_has_at_most_900_words():
    assert len((PROJECT / "README.md").read_text().split()) <= MOST_WORDS


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_what_a_page_links_to_is_there(name):
    links = LINK.findall((PROJECT / name).read_text())
    missing = [path for path, _ in links if not (PROJECT / path).exists()]
    lost = [(path, to) for path, to in links if to and to not in heading_ids(PROJECT / path)]
    assert missing == []
    assert lost == []


def test_every_setting_is_in_the_example_and_says_what_it_means():
    example = (PROJECT / ".env.example").read_text()
    for field in Settings.model_fields.values():
        assert re.search(rf"^(# )?{field.validation_alias}=", example, re.MULTILINE), field.validation_alias
        assert field.description.endswith("."), field.validation_alias


def test_every_variable_of_a_shipped_platform_is_in_the_example():
    example = (PROJECT / ".env.example").read_text()
    variables = {name for file in SHIPPED.glob("*.yml") for name in read_description(file).variables}
    assert "KICK_CLIENT_SECRET" in variables
    assert [name for name in variables if not re.search(rf"^(# )?{name}=", example, re.MULTILINE)] == []


def test_the_samples_of_the_tutorial_are_of_one_demonstration():
    page = TUTORIAL.read_text()
    (_, _, printed), (_, _, asked), *others = samples(page)
    rank, name, watched, broadcast, peak = first_row(asked)
    row = next(line for line in printed.splitlines() if name in line)
    assert row.startswith(f"{rank} ")
    for figure in (f"{float(watched):,.0f}", f"{float(broadcast):,.0f}", f"{int(peak):,}"):
        assert figure in row
    assert len(others) >= 5
    assert all(said.strip() for *_, said in others)
    assert str(PROJECT) not in page


def test_new_samples_take_the_place_of_the_old_ones():
    page = "a\n\n```sql\nselect 1\n```\n\n```text\nold\n```\n\nb\n\n```sql\nselect 2\n```\n\nc\n"
    new = with_answers(page, lambda language, asked: f"{language}: {asked}")
    assert new == page.replace("old", "sql: select 1")


def test_the_workflow_runs_what_has_to_pass():
    workflow = yaml.safe_load((PROJECT / ".github" / "workflows" / "ci.yml").read_text())
    (job,) = workflow["jobs"].values()
    assert [step["run"] for step in job["steps"] if "run" in step] == [".ci/run"]
    assert (PROJECT / ".ci" / "run").read_text().splitlines()[-1] == "make test"
    assert "`make test`" in (PROJECT / "README.md").read_text()


def test_a_commit_is_held_against_what_make_lint_runs():
    config = yaml.safe_load((PROJECT / ".pre-commit-config.yaml").read_text())
    hooks = {hook["entry"] for repo in config["repos"] for hook in repo["hooks"]}
    linters = [line for line in would_run("lint").splitlines() if re.match(r"\.venv/bin/(?!python|uv)", line)]
    assert len(linters) >= 3
    assert [line for line in linters if not line.startswith(tuple(hooks))] == []


def test_make_clean_removes_what_git_ignores_but_no_data():
    ignored = set((PROJECT / ".gitignore").read_text().split())
    removed = set(would_run("clean").replace("\\", "").split())
    assert {name for name in ignored if not {name, name.rstrip("/")} & removed} == KEPT
