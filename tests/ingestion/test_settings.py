"""The settings: read from the environment or `.env`, checked, and nothing is needed to import them."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from ingestion.settings import MissingSetting, Settings, WrongSettings, read_settings


@pytest.fixture(autouse=True)
def clean(tmp_path, monkeypatch):
    for field in Settings.model_fields.values():
        monkeypatch.delenv(field.validation_alias, raising=False)
    monkeypatch.chdir(tmp_path)


def test_without_anything_set_all_is_under_data(tmp_path):
    settings = Settings()
    assert settings.root == tmp_path / "data"
    assert settings.landing == tmp_path / "data" / "landing"
    assert settings.warehouse == tmp_path / "data" / "warehouse.duckdb"
    assert settings.published == tmp_path / "data" / "published" / "airtime.duckdb"
    assert settings.cadence_seconds == 300
    assert list(tmp_path.iterdir()) == []


def test_the_environment_goes_before_the_file(tmp_path, monkeypatch):
    (tmp_path / ".env").write_text("AIRTIME_HOME=~/of-the-file\nAIRTIME_CADENCE_MINUTES=10\nUNKNOWN=1\n")
    monkeypatch.setenv("AIRTIME_CADENCE_MINUTES", "2")
    settings = Settings()
    assert settings.root == Path.home() / "of-the-file"
    assert settings.cadence_seconds == 120


def test_an_empty_variable_counts_as_unset(monkeypatch):
    monkeypatch.setenv("AIRTIME_CADENCE_MINUTES", "")
    monkeypatch.setenv("HELIX_URL", "")
    assert Settings().cadence_seconds == 300
    assert Settings().helix_url == "https://api.twitch.tv/helix"


@pytest.mark.parametrize("given", ["abc", "0", "61", "-5", "2.5", "1e1"])
def test_a_cadence_that_is_none_is_refused(monkeypatch, given):
    monkeypatch.setenv("AIRTIME_CADENCE_MINUTES", given)
    with pytest.raises(ValidationError, match="AIRTIME_CADENCE_MINUTES"):
        Settings()


def test_each_missing_credential_is_named_with_its_source(monkeypatch):
    with pytest.raises(MissingSetting, match="^TWITCH_CLIENT_ID is not set: register .*dev.twitch.tv"):
        Settings().credentials()
    monkeypatch.setenv("TWITCH_CLIENT_ID", "an-id")
    with pytest.raises(MissingSetting, match="^TWITCH_CLIENT_SECRET is not set"):
        Settings().credentials()
    monkeypatch.setenv("TWITCH_CLIENT_SECRET", "a-secret")
    assert Settings().credentials() == ("an-id", "a-secret")


def test_the_secret_is_in_no_text_of_the_settings(monkeypatch):
    monkeypatch.setenv("TWITCH_CLIENT_SECRET", "a-secret")
    assert "a-secret" not in repr(Settings()) + str(Settings()) + Settings().model_dump_json()


@pytest.mark.parametrize("name", ["HELIX_URL", "TWITCH_TOKEN_URL", "IGDB_URL"])
@pytest.mark.parametrize("given", ["api.twitch.tv/helix", "ftp://host/x", "https://", "http://host:x/", "x"])
def test_what_is_no_address_is_refused(monkeypatch, name, given):
    monkeypatch.setenv(name, given)
    with pytest.raises(ValidationError, match=name):
        Settings()


@pytest.mark.parametrize("one", ["'", '"', "%", "?", "#", "*", "[", "=", "\\", "\n", "\x07", "\udcff"])
def test_a_home_that_not_every_part_could_open_is_refused_at_the_start(tmp_path, monkeypatch, one):
    monkeypatch.setenv("AIRTIME_HOME", str(tmp_path / f"a{one}b"))
    with pytest.raises(WrongSettings, match="^setting AIRTIME_HOME: the folder .* which not every part of"):
        read_settings()
    monkeypatch.setenv("AIRTIME_HOME", "home")
    if one != "\udcff":
        (tmp_path / f"a{one}b").mkdir()
        monkeypatch.chdir(tmp_path / f"a{one}b")
        with pytest.raises(WrongSettings, match="the folder .* has "):
            read_settings()


@pytest.mark.parametrize(
    "name", ["with a space", "é", "e\u0301", "日本", "$HOME", "a{b}]", "~a", "a&b;c:d@e+f"]
)
def test_a_home_of_any_other_name_is_taken(tmp_path, monkeypatch, name):
    monkeypatch.setenv("AIRTIME_HOME", str(tmp_path / name))
    assert read_settings().root == tmp_path / name


def test_the_home_of_nobody_is_refused(monkeypatch):
    monkeypatch.setenv("AIRTIME_HOME", "~nobody-of-this-name/data")
    with pytest.raises(WrongSettings, match="AIRTIME_HOME: ~nobody-of-this-name/data: there is no such user"):
        read_settings()
