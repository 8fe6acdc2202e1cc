"""A `.env` as any editor writes it: read, or refused in a sentence that names the line and no secret."""

from pathlib import Path

import pytest

from ingestion.settings import Settings, WrongSettings, read_settings
from tests.ingestion.commands import ingestion, sentence

TEXT = "# Länge\nAIRTIME_CADENCE_MINUTES=7\nTWITCH_CLIENT_SECRET=a-secrét\n"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch) -> Path:
    for field in Settings.model_fields.values():
        monkeypatch.delenv(field.validation_alias, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_file_with_a_mark_or_in_utf_8_is_read(folder, encoding):
    mark = "\ufeff" if encoding in ("utf-16-le", "utf-16-be") else ""
    (folder / ".env").write_bytes((mark + TEXT).replace("\n", "\r\n").encode(encoding))
    assert read_settings().cadence_minutes == 7
    assert read_settings().twitch_client_secret.get_secret_value() == "a-secrét"


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (TEXT.encode("latin-1"), 1),
        (TEXT.replace("ä", "ae").encode("cp1252"), 3),
        (TEXT.replace("ä", "ae").replace("é", "e").encode("utf-16-le"), 1),
        (b"\xff\xfe" + TEXT.encode("utf-16-le")[:-1], 3),
        (TEXT.encode("utf-32"), 1),
    ],
)
def test_a_file_in_an_unknown_encoding_is_named_with_its_line_and_no_secret(folder, content, line):
    (folder / ".env").write_bytes(content)
    with pytest.raises(WrongSettings) as refused:
        read_settings()
    assert str(refused.value) == (
        f"{folder / '.env'}, line {line}: this is no UTF-8 text; save the file as UTF-8"
    )


def test_a_folder_of_that_name_is_none(folder):
    (folder / ".env").mkdir()
    assert read_settings().cadence_minutes == 5


def test_a_command_says_it_in_one_sentence(folder):
    (folder / ".env").write_bytes(TEXT.encode("latin-1"))
    assert sentence(ingestion(folder / "home", "crawl"), 2).startswith(f"{folder / '.env'}, line 1: ")
