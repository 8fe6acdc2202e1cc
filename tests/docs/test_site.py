"""The site: it builds without a warning, asks for nothing outside, and leaves nothing out."""

import json
from html.parser import HTMLParser
from pathlib import Path

import click
import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config

from ingestion.__main__ import cli as ingestion
from ingestion.settings import Settings
from orchestration.__main__ import cli as orchestration
from serving.__main__ import main as serving
from simulator.__main__ import main as simulator
from tests.places import DBT_PROJECT, PROJECT

GROUPS = {"ingestion": ingestion, "orchestration": orchestration, "serving": serving, "simulator": simulator}
LOADING = {"src", "srcset", "data", "poster", "action"}
UNREACHABLE = {
    "NO_MKDOCS_2_WARNING": "1",
    "http_proxy": "http://127.0.0.1:1",
    "https_proxy": "http://127.0.0.1:1",
}


class Text(HTMLParser):
    """What a page says, and what it makes a browser load."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.said, self.loaded = "", []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        loading = LOADING | ({"href"} if tag == "link" else set())
        is_canonical = ("rel", "canonical") in attrs
        self.loaded += [value for name, value in attrs if name in loading and not is_canonical]

    def handle_data(self, data):
        self.said += data


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    """Build the site in this process, which has the commands already, and where nothing outside answers."""
    folder = tmp_path_factory.mktemp("site")
    with pytest.MonkeyPatch.context() as patched:
        for name, value in UNREACHABLE.items():
            patched.setenv(name, value)
        config = load_config(str(PROJECT / "mkdocs.yml"), strict=True, site_dir=str(folder))
        build(config)  # ends the process at a warning
    return folder


@pytest.fixture(scope="module")
def said(site):
    return lambda page: Text((site / page).read_text()).said


def test_no_page_loads_anything_from_outside(site):
    pages = list(site.rglob("*.html"))
    loaded = {one for page in pages for one in Text(page.read_text()).loaded}
    assert len(pages) > 18
    assert {one for one in loaded if "://" in one or one.startswith("//")} == set()


def test_a_browser_asks_only_the_disk_for_a_page(site, browser):
    with browser.new_context() as context:
        page, asked = context.new_page(), []
        page.on("request", lambda request: asked.append(request.url))
        page.goto((site / "explanation" / "design.html").as_uri(), wait_until="load")
        page.get_by_role("heading", name="Only what is stale is built").wait_for()
        assert {url.partition("://")[0] for url in asked if not url.startswith(("data:", "blob:"))} == {
            "file"
        }


def test_every_setting_and_variable_is_in_the_reference(said):
    page = said("reference/settings.html")
    settings = [field.validation_alias for field in Settings.model_fields.values()]
    assert [name for name in settings if name not in page] == []
    assert "min_follower_base" in page
    assert "growth from fewer followers is not ranked" in page.lower()


def test_every_command_option_and_target_is_in_the_reference(said):
    page = said("reference/commands.html")
    commands = [
        (f"{group} {name}", one) for group, cli in GROUPS.items() for name, one in cli.commands.items()
    ]
    options = {
        option.opts[0] for _, one in commands for option in one.params if isinstance(option, click.Option)
    }
    assert [name for name, _ in commands if name not in page] == []
    assert [option for option in options if option not in page] == []
    assert "make import" in page


def test_every_mart_and_column_is_in_the_reference(said):
    page = said("reference/marts.html")
    marts = [path.stem for path in (DBT_PROJECT / "models" / "marts").rglob("*.sql")]
    nodes = json.loads((DBT_PROJECT / "target" / "manifest.json").read_text())["nodes"]
    columns = {column for name in marts for column in nodes[f"model.airtime.{name}"]["columns"]}
    assert [name for name in sorted({*marts, *columns}) if name not in page] == []
    assert "accepted_values" not in page


def test_every_address_of_the_api_is_in_the_reference(said):
    page = said("reference/api.html")
    for path in ("/v1/rankings/streamers", "/v1/streamers/{streamer_id}/sessions", "/v1/live", "/health"):
        assert f"GET {path}" in page
    assert "Only this platform; by default all." in page
