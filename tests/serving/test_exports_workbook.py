"""The workbook of the current rankings: its numbers, that names are text, and its bytes."""

import json
import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

from serving.exports.everything import export
from serving.publish import publish
from tests.serving.made_up import PUBLISHED_AT, build, query
from tests.serving.ranked import FORMULA, publish_ranked

SPACE = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


class Book:
    """Reads an .xlsx file as a spreadsheet program does: parts of XML in a zip."""

    def __init__(self, path: Path) -> None:
        self.zip = zipfile.ZipFile(path)
        self.sheets = [
            s.get("name") for s in self._xml("xl/workbook.xml").iterfind("m:sheets/m:sheet", SPACE)
        ]
        strings = self._xml("xl/sharedStrings.xml").iterfind("m:si", SPACE)
        self._strings = ["".join(node.itertext()) for node in strings]

    def _xml(self, name: str) -> ElementTree.Element:
        return ElementTree.fromstring(self.zip.read(name))

    def sheet(self, name: str) -> ElementTree.Element:
        return self._xml(f"xl/worksheets/sheet{self.sheets.index(name) + 1}.xml")

    def cells(self, name: str) -> dict[str, str | float]:
        found = {}
        for cell in self.sheet(name).iterfind(".//m:c", SPACE):
            value = cell.findtext("m:v", None, SPACE)
            if value is not None:
                found[cell.get("r")] = self._strings[int(value)] if cell.get("t") == "s" else float(value)
        return found


@pytest.fixture(scope="module")
def published(tmp_path_factory) -> Path:
    return publish_ranked(tmp_path_factory.mktemp("ranked"))


@pytest.fixture(scope="module")
def exports(published) -> Path:
    export(published, published.with_name("exports"))
    return published.with_name("exports")


@pytest.fixture(scope="module")
def book(exports) -> Book:
    return Book(exports / "rankings.xlsx")


def column(cells: dict[str, str | float], heading: str) -> list[str | float | None]:
    [letters] = [
        place[:-1] for place, value in cells.items() if re.fullmatch("[A-Z]+3", place) and value == heading
    ]
    last = max(int(re.sub("[A-Z]", "", place)) for place in cells)
    return [cells.get(f"{letters}{row}") for row in range(4, last + 1)]


def test_there_is_a_sheet_per_ranking_and_one_that_explains_them(book):
    rankings = ["streamers", "games", "publishers", "genres", "languages", "tags", "follower growth"]
    assert book.sheets == ["about", *rankings]
    about = book.cells("about")
    assert about["B3"] == "2026-02-03 to 2026-02-09, coverage 99.8%"
    assert "IGDB.com" in about.values()


def test_the_numbers_are_those_of_the_published_copy(book, published):
    cells = book.cells("streamers")
    expected = query(
        published,
        "select platform, rank::double, hours_watched, coverage from marts.rank_streamers"
        " where period = 'last_7_days' order by platform, rank",
    )
    shown = [column(cells, name) for name in ("platform", "rank", "hours watched", "coverage")]
    for values, found in zip(zip(*expected, strict=True), shown, strict=True):
        assert found == (list(values) if isinstance(values[0], str) else pytest.approx(values, rel=1e-14))
    assert len(expected) == 53


def test_a_name_that_looks_like_a_formula_or_a_link_is_text(book):
    assert column(book.cells("streamers"), "streamer name")[2] == FORMULA
    parts = [book.zip.read(name).decode() for name in book.zip.namelist() if name.endswith((".xml", ".rels"))]
    assert [part for part in parts if "<f>" in part or "/hyperlink" in part] == []


def test_headings_stay_in_sight_and_can_filter(book):
    sheet = book.sheet("games")
    pane = sheet.find(".//m:pane", SPACE)
    assert (pane.get("state"), pane.get("ySplit")) == ("frozen", "3")
    assert sheet.find("m:autoFilter", SPACE).get("ref").startswith("A3:")


def test_growth_is_that_of_everyone_and_not_of_each_genre(book, published):
    assert set(column(book.cells("follower growth"), "genre")) == {"(all)"}


def test_the_same_marts_give_the_same_workbook_and_report(tmp_path, exports):
    again = tmp_path / "again"
    export(publish_ranked(tmp_path, is_reversed=True), again)
    for name in ("rankings.xlsx", "report.html", "manifest.json"):
        assert (again / name).read_bytes() == (exports / name).read_bytes(), name


def test_the_manifest_of_all_names_every_mart_and_document(exports):
    manifest = json.loads((exports / "manifest.json").read_text())
    assert set(manifest["files"]) == {"rankings.xlsx", "report.html"}
    assert {path.name for path in exports.glob("[!.]*")} == {
        *manifest["marts"],
        *manifest["files"],
        "manifest.json",
    }


def test_without_rankings_the_workbook_says_so(tmp_path):
    publish(build(tmp_path / "w.duckdb"), tmp_path / "p.duckdb", published_at=PUBLISHED_AT)
    export(tmp_path / "p.duckdb", tmp_path / "exports")
    book = Book(tmp_path / "exports" / "rankings.xlsx")
    assert book.sheets == ["about"]
    assert "no rankings" in book.cells("about").values()
