"""One simulated home, made once for all tests that look at it or copy it."""

import subprocess
from pathlib import Path

import pytest

from tests.orchestration.homes import simulated

# every character that a shell, SQL, a URL or a template could take for its own, but for those refused
ODD_NAME = "a $HOME {{b}} é&;:@+|<>~!,()^`]-"


@pytest.fixture(scope="session")
def home(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("home") / ODD_NAME


@pytest.fixture(scope="session")
def finished(home) -> subprocess.CompletedProcess:
    return simulated(home)
