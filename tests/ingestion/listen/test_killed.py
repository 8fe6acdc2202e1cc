"""What was on the disk when a listener is killed, or its disk fills, is landed once by the next one."""

import errno
import os
import signal
import subprocess
import sys
from itertools import islice
from random import Random

import pytest

from ingestion.listen import spool
from ingestion.listen.sealing import seal_all
from simulator.chat.server import serve_chat
from simulator.chat.talk import talk
from tests.ingestion.listen.listening_to import home, landed, lines_of, listening, until, until_joined
from tests.lengths import times

KILLS = times(3, 50)


ROOMS = {"ana": "11", "bo": "12"}


def started(settings, tmp_path):
    environment = {
        **os.environ,
        "AIRTIME_HOME": str(settings.root),
        "AIRTIME_CHAT_URL": settings.chat_url,
        "TWITCH_CLIENT_ID": "",
    }
    with (tmp_path / "said.txt").open("ab") as said:
        return subprocess.Popen(
            [sys.executable, "-m", "ingestion", "listen"], env=environment, stdout=said, stderr=said
        )


def on_disk(settings):
    return b"".join(path.read_bytes() for path in (settings.root / "spool" / "chat").glob("*.lines"))


def until_all_are_joined(chat, connections):
    until(lambda: len(chat.hearers) == connections and len(chat.hearers[-1].rooms) == len(ROOMS))


def test_killed_at_any_moment_a_listener_loses_nothing_that_was_on_the_disk_and_doubles_nothing(tmp_path):
    random, speech = Random(1), talk(ROOMS)
    written = []
    with serve_chat(ROOMS) as chat:
        settings = home(tmp_path, chat, *ROOMS)
        for _ in range(KILLS):
            process = started(settings, tmp_path)
            until_all_are_joined(chat, len(written) + 1)
            for room, line in islice(speech, random.randrange(1, 400)):
                chat.say(room, line)
            until(lambda: chat.hearers[-1].delivered[-1] in on_disk(settings))
            written.append(len(chat.hearers[-1].delivered))
            for room, line in islice(speech, random.randrange(400)):
                chat.say(room, line)
            process.kill()
            process.wait()
        process = started(settings, tmp_path)
        until_all_are_joined(chat, KILLS + 1)
        process.send_signal(signal.SIGTERM)
        assert process.wait() == 0
        said = [one.delivered for one in chat.hearers]
    connections = connections_in(settings)
    assert len(connections) == KILLS + 1
    for kill, lines in enumerate(connections[:KILLS]):
        assert len(lines) >= written[kill]
        assert lines == said[kill][: len(lines)]
    assert connections[KILLS] == said[KILLS]


def connections_in(settings):
    lines = {}
    for row in landed(settings).to_pylist():
        lines.setdefault(row["connection"], [])
        if row["kind"] == "line":
            lines[row["connection"]].append(row["payload"])
    return [lines[name] for name in sorted(lines) if name != spool.ALL]


def test_a_second_listener_is_refused(tmp_path):
    with serve_chat(ROOMS) as chat:
        settings = home(tmp_path, chat, "ana")
        with listening(settings) as listener:
            until_joined(listener, 1)
            first = started(settings, tmp_path)
            until(lambda: len(chat.hearers) == 2)
            second = started(settings, tmp_path)
            assert second.wait() == 3
            first.send_signal(signal.SIGINT)
            assert first.wait() == 0
    assert "a listener is running already (process " in (tmp_path / "said.txt").read_text()


def test_a_segment_that_a_kill_tore_lands_without_its_last_half_line(tmp_path):
    folder, landing = tmp_path / "spool", tmp_path / "landing"
    folder.mkdir()
    (folder / "2026-01-01T00-00-00Z.lines").write_bytes(b"1 a.1 line one\n2 a.1 line tw")
    assert seal_all(folder, landing, "twitch") == 1
    assert seal_all(folder, landing, "twitch") == 0
    assert list(folder.iterdir()) == []
    assert len(list(landing.rglob("*.parquet"))) == 1


def test_a_segment_that_had_landed_before_a_kill_lands_once(tmp_path, monkeypatch):
    folder, landing = tmp_path / "spool", tmp_path / "landing"
    folder.mkdir()
    segment = folder / "2026-01-01T00-00-00Z.lines"
    segment.write_bytes(b"1 a.1 line one\n")
    held = segment.read_bytes()
    seal_all(folder, landing, "twitch")
    segment.write_bytes(held)
    assert seal_all(folder, landing, "twitch") == 0
    assert not segment.exists()
    assert len(list(landing.rglob("*.parquet"))) == 1


def full(*_):
    raise OSError(errno.ENOSPC, "No space left on device")


def test_while_the_disk_is_full_what_comes_is_kept_and_what_is_dropped_is_counted(tmp_path, monkeypatch):
    kept = spool.Spool(tmp_path / "spool", lambda second: False)
    kept.append("a.1", spool.LINE, b"before")
    kept.write()
    with monkeypatch.context() as patched:
        patched.setattr(spool.os, "write", full)
        patched.setattr(spool, "MOST_HELD_BYTES", 100)
        for number in range(10):
            kept.append("a.1", spool.LINE, b"%d" % number)
            kept.write()
        assert kept.problem.startswith("no space left on the disk of ")
    assert kept.dropped == 7
    kept.write()
    assert kept.problem == ""
    records = list(spool.read_segment(kept.end_segment()))
    assert [one.payload for one in records] == [b"before", b"0", b"1", b"2", b"7"]
    assert records[-1].kind == spool.DROPPED


def test_half_a_write_comes_once(tmp_path, monkeypatch):
    kept = spool.Spool(tmp_path / "spool", lambda second: False)
    kept.append("a.1", spool.LINE, b"one")
    kept.write()
    real, calls = os.write, []

    def half_then_full(handle, data):
        calls.append(len(data))
        return real(handle, bytes(data)[: len(data) // 2]) if len(calls) == 1 else full()

    kept.append("a.1", spool.LINE, b"two")
    with monkeypatch.context() as patched:
        patched.setattr(spool.os, "write", half_then_full)
        kept.write()
    kept.write()
    assert [one.payload for one in spool.read_segment(kept.end_segment())] == [b"one", b"two"]


def test_a_landing_zone_that_cannot_be_written_lets_segments_wait_and_says_so(tmp_path):
    (tmp_path / "landing").write_text("in the way")
    with serve_chat(ROOMS) as chat:
        settings = home(tmp_path, chat, "ana")
        with listening(settings) as listener:
            until_joined(listener, 1)
            said = chat.hearers[0].delivered
            until(lambda: listener.health().lines == len(said))
        [segment] = (tmp_path / "spool" / "chat").iterdir()
        assert any("could not be landed" in one for one in listener.health().problems)
        (tmp_path / "landing").unlink()
        with listening(settings):
            until(lambda: not segment.exists())
    assert lines_of(settings)[0] == said


@pytest.mark.parametrize("size", [1, 7, 64])
def test_a_segment_is_read_whatever_its_lines_hold(tmp_path, size):
    random = Random(size)
    payloads = [bytes(random.choices(range(256), k=size)).replace(b"\n", b"") for _ in range(200)]
    kept = spool.Spool(tmp_path / "spool", lambda second: False)
    for payload in payloads:
        kept.append("a.1", spool.LINE, payload)
    assert [one.payload for one in spool.read_segment(kept.end_segment())] == payloads
