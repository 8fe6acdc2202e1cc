"""The recorded files read as a world, where they are at hand."""

import pytest

from tests.reference.elite import ELITE, elite
from tests.reference.observations import winning_rows


@pytest.mark.skipif(not ELITE.exists(), reason=f"no recorded files in {ELITE}")
def test_the_recorded_files_are_read_whole():
    world = elite(ELITE)
    assert len(world.history) == 219702
    assert {row.game for row in world.metadata} == {row.game for row in world.history}
    assert len(winning_rows(world)) == len({(row.username, row.timestamp // 60) for row in world.history})
