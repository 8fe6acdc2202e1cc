"""A disk that is full at any step of a load: said in one sentence, and done once there is room again."""

import os
import random
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from ingestion.landing.files import NotLanded, landed_files
from ingestion.settings import Settings
from ingestion.warehouse.load import load
from tests.ingestion.commands import ingestion, sentence
from tests.ingestion.disks import small_disk
from tests.ingestion.landed_crawls import land_streams, minutes, raw_counts, settings_in, stream

MEGABYTES = 24
ROWS = 6_000


@pytest.fixture
def settings(tmp_path):
    with small_disk(tmp_path / "disk", MEGABYTES) as disk:
        yield settings_in(disk / "home")


def land_titles(settings: Settings, number: int) -> Path:
    """Land a crawl of about 1.5 MB, which no compression makes smaller."""
    dice = random.Random(number)
    rows = [stream(one, title=dice.randbytes(120).hex()) for one in range(ROWS)]
    return land_streams(settings, minutes(number), rows)


def fill(settings: Settings, free_bytes: int) -> Path:
    """Take the disk's space but for so many bytes."""
    disk = os.statvfs(settings.root)
    ballast = settings.root.parent / "ballast"
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, disk.f_bavail * disk.f_frsize - free_bytes)
    return ballast


def test_a_disk_full_while_landing_leaves_nothing_and_can_be_landed_again(settings):
    settings.root.mkdir()
    ballast = fill(settings, 500_000)
    with pytest.raises(NotLanded, match="No space left on device; nothing of it was kept"):
        land_titles(settings, 0)
    assert [path for path in settings.landing.rglob("*") if path.is_file()] == []
    ballast.unlink()
    assert pq.read_metadata(land_titles(settings, 0)).num_rows == ROWS


def test_a_disk_full_while_loading_is_said_plainly_and_finished_with_room(settings):
    land_titles(settings, 0)
    load(settings)
    for number in (1, 2, 3):
        land_titles(settings, number)
    # all well below what the three crawls need, so that none of them is ever enough
    for free_bytes in (0, 8_192, 500_000, 2_000_000, 3_500_000):
        ballast = fill(settings, free_bytes)
        assert sentence(ingestion(settings.root, "load"), 1) == (
            f"no space left on the disk of {settings.root}; free some and run this again, "
            "nothing landed is lost"
        )
        assert len(landed_files(settings.landing)) == 4
        ballast.unlink()
    assert ingestion(settings.root, "load").stdout == f"loaded {3 * ROWS:,} rows of 3 files\n"
    assert raw_counts(settings)["observations"] == 4 * ROWS
    assert raw_counts(settings)["stream_details"] == 4 * ROWS
