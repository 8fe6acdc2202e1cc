"""A small home, and its first backup."""

from pathlib import Path

import pytest

from ingestion.backup.taking import back_up
from ingestion.settings import Settings
from tests.ingestion.backup.homes import NOW, small_home


@pytest.fixture
def settings(tmp_path) -> Settings:
    return small_home(tmp_path / "home")


@pytest.fixture
def folder(tmp_path, settings) -> Path:
    back_up(settings, tmp_path / "backup", NOW)
    return tmp_path / "backup"
