"""Rankings in a terminal and in a pipe: names give way, figures never do."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from pathlib import Path

import duckdb
import pytest
from rich.cells import cell_len

from serving.rankings import rankings
from tests.orchestration.homes import environment
from tests.serving.ranked import publish_ranked

WIDE = "日本語のとても長い名前の配信者さん👩‍👩‍👧"
WATCHED = "127,412,346"
COMMAND = [sys.executable, "-m", "serving", "rankings", "--limit", "5"]


@pytest.fixture(scope="module")
def published(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("rankings")
    published = publish_ranked(folder)
    with duckdb.connect(published) as connection:
        connection.execute(
            "update marts.rank_streamers set streamer_name = ?, hours_watched = 127412345.6"
            " where rank = 1 and platform = 'history'",
            [WIDE],
        )
    (folder / "published").mkdir()
    return published.rename(folder / "published" / "airtime.duckdb")


def figures(lines: list[str]) -> list[str]:
    """Return the words that are figures of the lines that rank."""
    ranks = [line for line in lines if re.match(r" *\d+ ", line)]
    return [word for line in ranks for word in line.split() if re.fullmatch(r"[\d,]+\.?\d*%?", word)]


@pytest.mark.parametrize("width", [200, 80])
def test_a_terminal_shows_every_figure_and_cuts_names_no_more_than_it_must(published: Path, width: int):
    whole = list(rankings(published, "last_7_days", 5))
    shown = list(rankings(published, "last_7_days", 5, width))
    assert WATCHED in figures(shown)
    assert figures(shown) == figures(whole)
    assert max(map(cell_len, shown)) <= width
    assert (WIDE in "\n".join(shown)) is (width == 200)


def test_a_terminal_too_narrow_for_all_figures_leaves_columns_out_and_names_them(published: Path):
    lines = list(rankings(published, "last_7_days", 5, 40))
    tables = [line for line in lines if re.match(r" *\d+ | *# ", line)]
    assert max(map(cell_len, tables)) <= 40
    assert WATCHED in figures(lines) and "peak" not in "".join(tables)
    assert "(live h, avg, peak, main game: in a wider terminal)" in lines


@pytest.mark.parametrize("width", [None, 200, 80, 60])
def test_columns_end_below_each_other_whatever_a_name_is_made_of(published: Path, width: int | None):
    lines = list(rankings(published, "last_7_days", 5, width))
    ranked = next(line for line in lines if WATCHED in line)
    heading = lines[lines.index(ranked) - 1]
    assert cell_len(heading.partition("watched h")[0] + "watched h") == cell_len(
        ranked.partition(WATCHED)[0] + WATCHED
    )


def test_a_pipe_gets_everything_as_plain_text(published: Path):
    done = subprocess.run(
        COMMAND,
        env=environment(published.parents[1], COLUMNS="40"),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines() == list(rankings(published, "last_7_days", 5))
    assert WIDE in done.stdout and not re.search("[\x00-\x09\x0b-\x1f\u2500-\u257f…]", done.stdout)


def test_a_real_terminal_is_asked_for_its_width(published: Path):
    reader, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 1000, 60, 0, 0))
    env = {name: value for name, value in environment(published.parents[1]).items() if name != "COLUMNS"}
    with subprocess.Popen(COMMAND, env=env, stdout=terminal, stdin=terminal) as shown:
        os.close(terminal)
        text = b""
        while True:
            try:
                text += os.read(reader, 65536)
            except OSError:  # the other side has been closed
                break
    os.close(reader)
    assert shown.returncode == 0
    assert text.decode().splitlines() == list(rankings(published, "last_7_days", 5, 60))


def test_rankings_wait_for_nothing_that_answers_http():
    imported = "import sys, serving.__main__; sys.exit('fastapi' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", imported], check=False).returncode == 0
