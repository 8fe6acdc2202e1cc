"""The recorded files read as a world, where they are at hand."""

from pathlib import Path

import pytest

from tests.reference.observations import winning_rows
from tests.reference.worlds import elite

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "elite"


@pytest.mark.skipif(not FOLDER.exists(), reason=f"no recorded files in {FOLDER}")
def test_the_recorded_files_are_read_whole():
    world = elite(FOLDER)
    assert len(world.history) == 219702
    assert {row.game for row in world.metadata} == {row.game for row in world.history}
    assert len(winning_rows(world)) == len({(row.username, row.timestamp // 60) for row in world.history})
