"""The demonstration's home, for the tests that look at it or copy it."""

import subprocess
from pathlib import Path

import pytest

from tests.demonstration import Demonstrated


@pytest.fixture(scope="session")
def home(demonstrated: Demonstrated) -> Path:
    return demonstrated.home


@pytest.fixture(scope="session")
def finished(demonstrated: Demonstrated) -> subprocess.CompletedProcess:
    return demonstrated.done
