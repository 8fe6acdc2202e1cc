"""A disk that is full in the midst of a build: one sentence, and with room the marts of a fresh warehouse."""

import pytest

from ingestion.settings import Settings
from orchestration.models.command import DbtFailed, run_dbt
from tests.dbt_project.making.warehouses import build, land_world, load_worlds, mart_fingerprints
from tests.ingestion.disks import small_disk
from tests.ingestion.warehouse.test_disk_full import fill
from tests.reference.worlds.worked_example import worked_example

# of 11 MB that dbt and the models write; half of the models are built then
FREE_BYTES = 4_000_000


def test_a_build_that_outgrows_the_disk_is_said_plainly_and_done_once_there_is_room(edges, tmp_path):
    world = worked_example()
    with small_disk(tmp_path / "disk", 60) as disk:
        settings = Settings(AIRTIME_HOME=disk / "home")
        land_world(settings, world)
        load_worlds(settings, [world])
        ballast = fill(settings, FREE_BYTES)
        with pytest.raises(DbtFailed) as failed:
            run_dbt(["run", "--vars", "as_of: 2100-01-01"], settings.warehouse, settings.root / "dbt")
        assert str(failed.value) == (
            f"no space left on the disk of {settings.root / 'dbt'}; free some and run this again"
        )
        ballast.unlink()
        build(settings, "run")
        found, expected = (mart_fingerprints(one, world.platform) for one in (settings, edges))
    assert found == expected
