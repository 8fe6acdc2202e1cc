"""A disk that refuses: said plainly, and what was published or exported before is still there."""

from pathlib import Path

import duckdb
import pytest

from serving.exports.everything import DOCUMENTS, export
from serving.publish import publish
from tests.serving.made_up import PUBLISHED_AT, build, hear, process, query

MARTS = ("best", "crawls", "streamers")

# SIGXFSZ is ignored by Python, so a file that outgrows the limit fails as on a full disk.
LIMITED = """
import resource, sys
from pathlib import Path
from serving.errors import CannotServe
from serving.exports.everything import export
from serving.publish import publish
from tests.serving.made_up import PUBLISHED_AT
source, target = Path(sys.argv[2]), Path(sys.argv[3])
limit = int(sys.argv[4])
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
try:
    if sys.argv[1] == "publish":
        publish(source, target, published_at=PUBLISHED_AT)
    else:
        export(source, target)
except CannotServe as error:
    print(error, flush=True)
"""


def grow(warehouse: Path) -> None:
    with duckdb.connect(warehouse) as connection:
        connection.execute(
            "create table marts.a_large_one as select uuid() as a, uuid() as b from range(100000)"
        )


@pytest.fixture
def warehouse(tmp_path) -> Path:
    return build(tmp_path / "warehouse.duckdb")


def test_a_publish_that_outgrows_the_disk_leaves_the_old_copy(tmp_path, warehouse):
    published = tmp_path / "published.duckdb"
    publish(warehouse, published, published_at=PUBLISHED_AT)
    grow(warehouse)
    with process(LIMITED, "publish", warehouse, published, 1_000_000) as limited:
        assert hear(limited).startswith(
            f"{published} could not be renewed and is as it was: no space left on the disk of {tmp_path};"
        )
    assert query(published, "select count(*) from meta.marts") == [(3,)]
    assert not list(tmp_path.glob(".published.duckdb.tmp*"))
    publish(warehouse, published, published_at=PUBLISHED_AT)
    assert query(published, "select count(*) from meta.marts") == [(4,)]


@pytest.mark.parametrize("limit", [1_000_000, 4_000])
def test_an_export_that_outgrows_the_disk_leaves_the_old_files(tmp_path, warehouse, limit):
    published, exports = tmp_path / "published.duckdb", tmp_path / "exports"
    publish(warehouse, published, published_at=PUBLISHED_AT)
    export(published, exports)
    grow(warehouse)
    publish(warehouse, published, published_at=PUBLISHED_AT)
    with process(LIMITED, "export", published, exports, limit) as limited:
        assert hear(limited).startswith(
            f"{exports} could not be renewed and is as it was: no space left on the disk of {tmp_path};"
        )
    links = {path.name: path.readlink().parts[1] for path in exports.glob("[!.]*")}
    assert links == dict.fromkeys([*MARTS, *DOCUMENTS, "manifest.json"], "00000001")
    assert [path.name for path in (exports / ".generations").iterdir()] == ["00000001"]
    assert set(export(published, exports)) == {"a_large_one", "best", "crawls", "streamers"}
