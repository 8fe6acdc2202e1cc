"""Tests of descriptions: faults are said with file, line and key; what a sample gives is shown."""

import json
from pathlib import Path

import pytest

from ingestion.descriptions.yaml_file import MOST_BYTES, BadDescription
from ingestion.platforms.reading import SHIPPED, description_files, read_description
from tests.ingestion.commands import ingestion, sentence
from tests.ingestion.landed_crawls import settings_in

KICK = (SHIPPED / "kick.yml").read_text()

STREAM = {
    "id": "5f0c",
    "title": "Ranked",
    "viewer_count": 812,
    "started_at": "2026-01-26T18:02:11Z",
    "language_code": "EN",
    "tags": ["fps"],
    "has_mature_content": False,
    "broadcaster_user": {"id": 4711, "username": "Ann"},
    "channel": {"slug": "ann"},
    "category": {"id": 15, "name": "Just Chatting"},
}
ROW = {
    "stream_id": "5f0c",
    "streamer_id": "4711",
    "streamer_login": "ann",
    "streamer_name": "Ann",
    "category_id": "15",
    "category_name": "Just Chatting",
    "title": "Ranked",
    "viewer_count": 812,
    "started_at": "2026-01-26T18:02:11",
    "language": "en",
    "tags": ["fps"],
    "extra": '{"is_mature": false}',
}


def written(folder: Path, text: str, name: str = "kick.yml") -> Path:
    file = folder / name
    file.write_text(text)
    return file


def said(folder: Path, text: str) -> list[str]:
    """Return what is said of a description, without the file's name, after making sure that it is named."""
    file = written(folder, text)
    with pytest.raises(BadDescription) as caught:
        read_description(file)
    sentences = str(caught.value).splitlines()
    assert all(one.startswith(str(file)) for one in sentences)
    return [one.removeprefix(str(file)) for one in sentences]


def line_of(text: str, part: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), start=1) if part in line)


@pytest.mark.parametrize("file", sorted(SHIPPED.glob("*.yml")), ids=lambda file: file.stem)
def test_each_shipped_description_has_no_fault(file: Path):
    assert read_description(file).platform == file.stem


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "  viewer_count: viewer",
            "  viewers_count: viewer",
            "fields.viewers_count: there is no such",
        ),
        ("  records: data", "  record: data", "answer.record: there is no such key; did you mean records?"),
        ("calls_a_minute: 60", "calls_a_minute: soon", "limits.calls_a_minute: input should be a valid int"),
        (
            "kind: client_cred",
            "kind: password_cred",
            "authentication.kind: input tag",
        ),
        ("https://api.kick.com", "ftp://api.kick.com", "url: an address begins with https:// or http://"),
        ("client_id: KICK", "client_id: a-secret", "authentication.client_id: string should match pattern"),
        (
            "started_at: started_at",
            "started_at: {at: s, zone: Asia/Soul}",
            "fields.started_at.zone: there",
        ),
        (
            "  title: title",
            "  title: {none: [x]}",
            "fields.title: say either at (a path, or",
        ),
        (
            "started_at: started_at",
            "started_at: {at: s, format: iso}",
            "fields.started_at.format: say rfc3339",
        ),
        ("started_at: started_at", "started_at: {at: s, format: '%Q'}", "fields.started_at.format: 'Q' is a"),
        ("stream_id: id", "stream_id: {template: id}", "fields.stream_id: a template has paths in braces"),
        ("title: Kick", "title: no", "title: input should be a valid string"),
    ],
)
def test_a_fault_is_said_with_file_line_and_key(tmp_path: Path, old: str, new: str, message: str):
    assert KICK.count(old) == 1
    text = KICK.replace(old, new)
    [sentence_, *_] = [one for one in said(tmp_path, text) if message in one]
    assert sentence_.startswith(f", line {line_of(text, new.split(': {')[0])}: {message.split(':')[0]}")


def test_a_key_that_is_missing_is_said_where_it_belongs(tmp_path: Path):
    text = KICK.replace("  records: data\n", "  message: message\n")
    assert said(tmp_path, text) == [f", line {line_of(text, 'answer:')}: answer.records: it is missing"]


def test_all_faults_are_said_at_once(tmp_path: Path):
    text = KICK.replace("title: Kick", "title: 3").replace("calls_a_minute: 60", "calls_a_minute: 0")
    assert [one.split(": ")[1] for one in said(tmp_path, text)] == ["title", "limits.calls_a_minute"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: &x [1]\nb: *x\n", ", line 1: no & or * of YAML is taken"),
        ("a: 1\nb: 2\na: 3\n", ", line 3: key a is there already, in line 1"),
        ("a: {b: 1, b: 2}\n", ", line 1: key b is there already, in line 1"),
        ("a: [1\n", ", line 2: this is no YAML"),
        ("a: !!python/object/apply:os.system [x]\n", ", line 1: this is no YAML"),
        ("a: " + "[" * 13 + "]" * 13 + "\n", ", line 1: more than 12 levels"),
        ("a: 2026-02-31\n", ": this is no YAML"),
        ("a: " + "x" * MOST_BYTES, ": 65,539 bytes"),
        ("- 1\n", ": this is no description of a platform"),
        ("", ": this is no description of a platform"),
    ],
)
def test_what_is_no_plain_yaml_is_refused(tmp_path: Path, text: str, message: str):
    [sentence_] = said(tmp_path, text)
    assert sentence_.startswith(message)


def test_a_description_lies_in_a_file_of_its_platforms_name(tmp_path: Path):
    file = written(tmp_path, KICK, "other.yml")
    with pytest.raises(BadDescription, match="platform kick belongs into a file of its name, kick.yml"):
        read_description(file)
    file = written(tmp_path, KICK.replace("platform: kick", "platform: withdrawn"), "withdrawn.yml")
    with pytest.raises(BadDescription, match="withdrawn is taken; choose another name"):
        read_description(file)


def test_ones_own_description_wins_over_the_shipped_one(tmp_path: Path):
    settings = settings_in(tmp_path)
    (tmp_path / "platforms").mkdir()
    own = written(tmp_path / "platforms", KICK)
    assert description_files(settings)["kick"] == own


def test_a_description_of_ones_own_is_named_where_platforms_are_listed(tmp_path: Path):
    home, twitch = tmp_path / "home", {"TWITCH_CLIENT_ID": "an-id", "TWITCH_CLIENT_SECRET": "a-secret"}
    assert "twitch: on\n" in ingestion(home, "platform", "list", **twitch).stdout
    (home / "platforms").mkdir(parents=True)
    own = written(home / "platforms", (SHIPPED / "twitch.yml").read_text(), "twitch.yml")
    assert f"twitch: on, as {own} describes it\n" in ingestion(home, "platform", "list", **twitch).stdout


def test_check_shows_the_rows_of_a_sample_and_what_is_set_aside(tmp_path: Path):
    odd = [STREAM | {"viewer_count": -1}, STREAM | {"id": ""}]
    answer = {"data": [STREAM, *odd], "pagination": {"next_cursor": "c2"}}
    sample = tmp_path / "page.json"
    sample.write_text(json.dumps(answer))
    done = ingestion(
        tmp_path / "home", "platform", "check", str(SHIPPED / "kick.yml"), "--sample", str(sample)
    )
    assert done.returncode == 0, done.stderr
    _, row, count, cursor = done.stdout.splitlines()
    assert json.loads(row) == ROW
    assert (count, cursor) == ("1 rows of 3 records", "next page: c2")
    viewers, stream_id = done.stderr.splitlines()
    assert viewers.startswith("set aside: viewer_count is no whole number from 0 to 100,000,000: {")
    assert stream_id.startswith("set aside: stream_id is missing: {")


def test_check_refuses_what_is_no_sample(tmp_path: Path):
    sample, check = tmp_path / "page.json", ("platform", "check", str(SHIPPED / "kick.yml"), "--sample")
    sample.write_text("{}")
    done = ingestion(tmp_path / "home", *check, str(sample))
    assert (done.returncode, done.stderr) == (
        2,
        f"Error: {sample} holds no list at data, where answer.records looks\n",
    )
    assert "cannot be read" in ingestion(tmp_path / "home", *check, str(tmp_path / "none.json")).stderr


def test_check_ends_with_2_and_the_faults(tmp_path: Path):
    file = written(tmp_path, KICK.replace("  records: data", "  record: data"))
    assert "answer.record: there is no such key; did you mean records?" in sentence(
        ingestion(tmp_path / "home", "platform", "check", str(file)), 2
    )
