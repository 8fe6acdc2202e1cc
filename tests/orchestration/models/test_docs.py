"""The description of the marts: one file, whole without a network."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.orchestration.homes import run

LOADING = {"src", "href", "data", "poster", "srcset"}


class Loads(HTMLParser):
    """Collects what the page's tags would have a browser load."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "a":
            self.found += [value or "" for name, value in attrs if name in LOADING]


@pytest.fixture(scope="module")
def page(tmp_path_factory) -> Path:
    home = tmp_path_factory.mktemp("home")
    done = run(home, "docs", http_proxy="http://127.0.0.1:1", https_proxy="http://127.0.0.1:1")
    assert done.returncode == 0, done.stderr
    assert [path.relative_to(home) for path in home.rglob("*")] == [Path("docs"), Path("docs/index.html")]
    return home / "docs" / "index.html"


@pytest.fixture(scope="module")
def manifest(page) -> dict:
    text = page.read_text()
    beginning = text.index('{"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest')
    return json.JSONDecoder().raw_decode(text, beginning)[0]


def test_every_mart_and_column_is_described_in_the_page(manifest):
    marts = [
        n for n in manifest["nodes"].values() if n["resource_type"] == "model" and n["fqn"][1] == "marts"
    ]
    assert len(marts) > 14
    described = {
        mart["name"]: [column["description"] for column in mart["columns"].values()] for mart in marts
    }
    assert all(mart["description"].startswith("One row per ") for mart in marts)
    assert all(columns and all(columns) for columns in described.values())


def test_no_tag_of_the_page_loads_anything_from_a_network(page):
    loads = Loads()
    loads.feed(page.read_text())
    assert len(loads.found) > 1
    assert [value for value in loads.found if re.match(r"(https?:)?//", value)] == []
    assert re.findall(r"(?:url\(|@import)\s*[\"']?(?:https?:)?//", page.read_text()) == []


def test_the_page_tells_nobody_that_it_is_read(manifest):
    assert manifest["metadata"]["send_anonymous_usage_stats"] is False
