"""Tests of the version, which the newest tag gives."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.places import PROJECT

VERSIONED = ("pyproject.toml", ".git_archival.txt", ".gitattributes")


@pytest.fixture
def repository(tmp_path) -> Path:
    """A repository with one commit, of the files that tell the version."""
    for name in VERSIONED:
        shutil.copy(PROJECT / name, tmp_path / name)
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    commit(tmp_path)
    return tmp_path


def git(folder: Path, *arguments: str) -> bytes:
    identity = ("-c", "user.name=someone", "-c", "user.email=someone@example.org")
    return subprocess.run(["git", *identity, *arguments], cwd=folder, capture_output=True, check=True).stdout


def commit(folder: Path) -> None:
    git(folder, "commit", "-q", "--allow-empty", "-m", "Change something")


def version(folder: Path) -> str:
    command = [sys.executable, "-m", "setuptools_scm"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_the_newest_tag_is_the_version_until_the_next(repository):
    git(repository, "tag", "v1.2.3")
    assert version(repository) == "1.2.3"
    commit(repository)
    assert version(repository) == "1.2.3"


def test_without_tags_or_without_git_the_version_is_unknown(repository):
    assert version(repository) == "0+unknown"
    shutil.rmtree(repository / ".git")
    assert version(repository) == "0+unknown"


def test_an_archive_knows_its_version_without_git(repository, tmp_path_factory):
    git(repository, "tag", "v1.2.3")
    folder = tmp_path_factory.mktemp("archive")
    archive = folder / "airtime.tar"
    archive.write_bytes(git(repository, "archive", "HEAD"))
    shutil.unpack_archive(archive, folder, filter="data")
    assert version(folder) == "1.2.3"
