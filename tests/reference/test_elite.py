"""The recorded files read as a world, where they are at hand."""

import pytest

from tests.places import ELITE
from tests.reference.definitions.observations import winning_rows
from tests.reference.worlds.elite import elite


@pytest.mark.skipif(not ELITE.exists(), reason=f"no recorded files in {ELITE}")
def test_the_recorded_files_are_read_whole():
    world = elite(ELITE)
    assert len(world.history) == 219702
    assert {row.game for row in world.metadata} == {row.game for row in world.history}
    assert len(winning_rows(world)) == len({(row.username, row.timestamp // 60) for row in world.history})
