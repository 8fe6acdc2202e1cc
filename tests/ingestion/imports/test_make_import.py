"""`make import` hands over what it is given, whatever marks a file's name has."""

import json
import shutil
import subprocess
import sys

import pytest

from tests.places import PROJECT


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_names_of_files_reach_the_import_as_they_are(tmp_path):
    python = tmp_path / "python"
    python.write_text(f"#!{sys.executable}\nimport json, sys\nprint(json.dumps(sys.argv[1:]))\n")
    python.chmod(0o755)
    streamers, games = "it's a $(date) `b`.csv", 'a$b "c" #1.csv'
    given = [f"STREAMERS={streamers}", f"GAMES={games}", "OPTIONS=--map viewers=peak --skip-bad-rows"]
    command = ["make", "--no-print-directory", "-o", "install", "import", f"BIN={tmp_path}", *given]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True)
    arguments = json.loads(done.stdout.splitlines()[0])
    assert arguments[:2] == ["-m", "orchestration.by_hand"]
    assert arguments[2:] == [
        *["import", "--streamers", streamers, "--games", games, "--map", "viewers=peak", "--skip-bad-rows"]
    ]
