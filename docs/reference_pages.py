"""Writes the reference pages when the site is built: each is generated from the code that it describes.

A hook of MkDocs (https://www.mkdocs.org/user-guide/configuration/#hooks). Nothing that it writes is kept
outside the site. It opens no warehouse and asks nothing of the network.
"""

import asyncio
import json
import re
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from annotated_types import Ge, Gt, Le
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files
from pydantic import ByteSize, SecretStr
from pydantic.fields import FieldInfo

from ingestion.settings import Settings
from serving.api.app import create_app

PROJECT = Path(__file__).parents[1]
MANIFEST = PROJECT / "dbt_project" / "target" / "manifest.json"
TARGET = re.compile(r"^([a-z-]+):.*## (.*)$", re.MULTILINE)
VARIABLE = re.compile(r"^  (\w+): *(\S+) +# (.*)$", re.MULTILINE)
BOUNDS = {Ge: ("at least", "ge"), Gt: ("more than", "gt"), Le: ("at most", "le")}
GROUPS = {
    "ingestion": ("ingestion.__main__", "cli"),
    "orchestration": ("orchestration.__main__", "cli"),
    "serving": ("serving.__main__", "main"),
    "simulator": ("simulator.__main__", "main"),
}


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the generated pages to those that are written by hand."""
    pages = {"settings": settings_page, "commands": commands_page, "marts": marts_page, "api": api_page}
    for name, page in pages.items():
        files.append(File.generated(config, f"reference/{name}.md", content=page()))
    return files


def settings_page() -> str:
    """Return the page of all settings and of the models' variables, as Markdown."""
    settings = [
        (f"`{field.validation_alias}`", _default(field.default), f"{field.description}{_bounds(field)}")
        for field in Settings.model_fields.values()
    ]
    variables = VARIABLE.findall((PROJECT / "dbt_project" / "dbt_project.yml").read_text())
    return "\n".join(
        [
            "# Settings",
            "",
            "Settings come from the environment or from `.env`; the environment wins, and empty means "
            "not set. Start from `.env.example`. `.env` is UTF-8, or UTF-16 with a byte order mark.",
            "",
            *_table(("setting", "default", "meaning"), settings),
            "",
            "## Variables of the models",
            "",
            "These stand under `vars` in `dbt_project/dbt_project.yml`. The next build brings "
            "every day up to date with what you change.",
            "",
            *_table(
                ("variable", "value", "meaning"),
                [(f"`{n}`", f"`{v}`", _sentence(m)) for n, v, m in variables],
            ),
        ]
    )


def _default(value: Any) -> str:
    if isinstance(value, ByteSize):
        return f"`{value.human_readable(decimal=True)}`"
    text = value.get_secret_value() if isinstance(value, SecretStr) else value
    return "" if text in (None, "") else f"`{text}`"


def _bounds(field: FieldInfo) -> str:
    words = [
        f"{word} {_bound(field, getattr(m, name))}"
        for m in field.metadata
        for kind, (word, name) in BOUNDS.items()
        if isinstance(m, kind)
    ]
    return f" {_sentence(', '.join(words))}" if words else ""


def _bound(field: FieldInfo, value: float) -> str:
    is_size = field.annotation is ByteSize
    return ByteSize(value).human_readable(decimal=True) if is_size else str(value)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def commands_page() -> str:
    """Return the page of all commands, as Markdown: the make targets, then each group's options."""
    targets = TARGET.findall((PROJECT / "Makefile").read_text())
    page = [
        "# Commands",
        "",
        "## make",
        "",
        "Each target makes `.venv` when it is missing and parses the models when they have changed.",
        "",
        *_table(("target", "what it does"), [(f"`make {name}`", text) for name, text in targets]),
        "",
        "## Beneath make",
        "",
        "The same and more, inside `.venv` (`source .venv/bin/activate`). "
        "[What the exit codes mean](../how-to/troubleshoot.md#which-exit-code-means-what).",
        "",
        "`python -m orchestration.by_hand import ..` and `.. import-snapshots ..` take the options of the "
        "same commands of `python -m ingestion`, and go on to load, build, publish and print the rankings.",
    ]
    for name, (module, command) in GROUPS.items():
        page += ["", "::: mkdocs-click", f"    :module: {module}", f"    :command: {command}"]
        page += [f"    :prog_name: python -m {name}", "    :depth: 1", "    :style: table"]
    return "\n".join(page)


def marts_page() -> str:
    """Return the page of all marts and their columns, as Markdown.

    Raises:
        PluginError: the models have not been parsed.
    """
    if not MANIFEST.exists():
        raise PluginError(f"{MANIFEST} is missing: run `make install`, which parses the models")
    nodes = json.loads(MANIFEST.read_text())["nodes"].values()
    marts = {
        node["name"]: node for node in nodes if node["resource_type"] == "model" and node["fqn"][1] == "marts"
    }
    page = [
        "# Marts",
        "",
        "The public contract: schema `marts` in `published/airtime.duckdb`, and the same columns in every "
        "export. Times are UTC, ids are text. A period is a `day`, `week` (ISO), `month`, `quarter`, `year`, "
        "`last_7_days`, `last_30_days` or `last_90_days`.",
        "",
        "The published file carries these texts too: "
        "`select column_name, comment from duckdb_columns() where table_name = 'rank_streamers'`.",
    ]
    for name in sorted(marts):
        columns = marts[name]["columns"].values()
        page += ["", f"## {name}", "", marts[name]["description"], ""]
        rows = [(f"`{c['name']}`", c["data_type"], c["description"]) for c in columns]
        page += _table(("column", "type", "meaning"), rows)
    return "\n".join(page)


def api_page() -> str:
    """Return the page of the HTTP API, as Markdown, from its own OpenAPI description."""
    asked = _asked(create_app(PROJECT / "nothing-published"), "/openapi.json")
    with ThreadPoolExecutor(1) as apart:  # who builds the site may run a loop in this thread
        described = apart.submit(asyncio.run, asked).result()
    page = [
        "# HTTP API",
        "",
        "`make api` serves it on 127.0.0.1:8000; `/docs` there lets you ask. "
        "How to protect it and what to expect of it: [Read and share](../how-to/read-and-share.md#http-api).",
        "",
        described["info"]["description"].strip(),
    ]
    for tag in described["tags"]:
        page += ["", f"## {_sentence(tag['name'])[:-1]}", "", tag["description"]]
        for path, calls in described["paths"].items():
            for call in calls.values():
                if tag["name"] in call.get("tags", ()):
                    page += _call(path, call, described)
    return "\n".join(page)


def _call(path: str, call: dict[str, Any], described: dict[str, Any]) -> list[str]:
    lines = ["", f"### `GET {path}`", "", call.get("description") or call.get("summary", ""), ""]
    known = described.get("components", {}).get("parameters", {})
    given = [known.get(p.get("$ref", "").rpartition("/")[2], p) for p in call.get("parameters", ())]
    rows = [
        (f"`{p['name']}`", p["in"], p.get("description", ""), _default(p.get("schema", {}).get("default")))
        for p in given
    ]
    return lines + (_table(("parameter", "in", "meaning", "default"), rows) if rows else [])


async def _asked(app: Any, path: str) -> dict[str, Any]:
    """Return what an ASGI app answers to GET `path`, in this process and without a port."""
    body: list[bytes] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        body.append(message.get("body", b""))

    scope = {"type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b""}
    scope |= {
        "headers": [],
        "scheme": "http",
        "http_version": "1.1",
        "root_path": "",
        "asgi": {"version": "3.0"},
    }
    scope |= {"server": ("127.0.0.1", 8000), "client": ("127.0.0.1", 1)}
    await app(scope, receive, send)
    return json.loads(b"".join(body))


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Return the lines of a Markdown table; what would end a cell is escaped."""
    cells = [[str(cell).replace("|", r"\|").replace("\n", " ") for cell in row] for row in rows]
    return [f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *cells)]
