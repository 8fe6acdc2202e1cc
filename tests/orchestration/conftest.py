"""One simulated home, made once for all tests that look at it or copy it."""

import subprocess
from pathlib import Path

import pytest

from tests.orchestration.homes import simulated


@pytest.fixture(scope="session")
def home(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="session")
def finished(home) -> subprocess.CompletedProcess:
    return simulated(home)
