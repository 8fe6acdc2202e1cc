"""Tests of which platforms are on, and of where their variables come from."""

from pathlib import Path

import pytest

from ingestion.platforms.choice import Platform, platforms
from ingestion.platforms.credentials import variables_of
from ingestion.platforms.reading import SHIPPED, read_description
from ingestion.settings import Settings, WrongSettings
from ingestion.variables import read_variables


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AIRTIME_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def on() -> list[str]:
    return [name for name, one in platforms(Settings()).items() if not one.why_off]


def test_a_platform_is_on_when_all_of_its_credentials_are_set(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("KICK_CLIENT_ID", "an-id")
    monkeypatch.setenv("SOOP_CLIENT_ID", "an-id")
    assert on() == ["soop"]
    assert platforms(Settings())["kick"].why_off.startswith(
        "KICK_CLIENT_SECRET is not set: get it at https://"
    )
    monkeypatch.setenv("KICK_CLIENT_SECRET", "a-secret")
    assert on() == ["kick", "soop"]


def test_a_setting_narrows_them(monkeypatch: pytest.MonkeyPatch):
    for name in ("SOOP_CLIENT_ID", "TROVO_CLIENT_ID"):
        monkeypatch.setenv(name, "an-id")
    monkeypatch.setenv("AIRTIME_PLATFORMS", "trovo, kick")
    assert on() == ["trovo"]
    assert platforms(Settings())["soop"].why_off == "AIRTIME_PLATFORMS does not name it"
    monkeypatch.setenv("AIRTIME_PLATFORMS", "kikc")
    with pytest.raises(WrongSettings, match=r"there is no platform kikc; did you mean kick\?"):
        platforms(Settings())


def test_a_faulty_description_takes_no_other_with_it(home: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SOOP_CLIENT_ID", "an-id")
    (home / "platforms").mkdir(parents=True)
    (home / "platforms" / "marmot.yml").write_text("platform: marmot\n")
    assert on() == ["soop"]
    assert "marmot.yml, line 1: title: it is missing" in platforms(Settings())["marmot"].why_off


def test_a_platform_is_crawled_at_the_cadence_but_no_oftener_than_its_description_says(home: Path):
    (home / "platforms").mkdir(parents=True)
    (home / "platforms" / "soop.yml").write_text(
        (SHIPPED / "soop.yml").read_text() + "  cadence_minutes: 30\n"
    )
    found = platforms(Settings(AIRTIME_CADENCE_MINUTES=10))
    assert {name: one.cadence_minutes for name, one in found.items()} == {
        "chzzk": 10,
        "kick": 10,
        "soop": 30,
        "trovo": 10,
        "twitch": 10,
    }
    assert platforms(Settings(AIRTIME_CADENCE_MINUTES=60))["soop"].cadence_minutes == 60
    # all of Chzzk is no minute's work
    assert platforms(Settings(AIRTIME_CADENCE_MINUTES=1))["chzzk"].cadence_minutes == 2


def test_ones_own_description_wins_for_twitch_as_well(home: Path):
    given = Settings(TWITCH_CLIENT_ID="an-id", TWITCH_CLIENT_SECRET="a-secret")
    assert platforms(given)["twitch"] == Platform("twitch", "Twitch", 5)
    (home / "platforms").mkdir(parents=True)
    own = home / "platforms" / "twitch.yml"
    own.write_text((SHIPPED / "twitch.yml").read_text() + "  cadence_minutes: 30\n")
    assert platforms(given)["twitch"] == Platform("twitch", "Twitch", 30)
    own.write_text("platform: twitch\n")
    assert platforms(given)["twitch"].why_off.startswith(f"{own}, line 1: title: it is missing")


def test_variables_that_are_settings_have_the_values_of_the_settings(home: Path):
    described = read_description(SHIPPED / "twitch.yml")
    given = Settings(
        TWITCH_CLIENT_ID="an-id", TWITCH_CLIENT_SECRET="a-secret", HELIX_URL="http://127.0.0.1:9"
    )
    assert variables_of(described, given) == {
        "HELIX_URL": "http://127.0.0.1:9",
        "TWITCH_TOKEN_URL": given.token_url,
        "TWITCH_CLIENT_ID": "an-id",
        "TWITCH_CLIENT_SECRET": "a-secret",
    }
    assert (described.url, described.authentication.url) == (Settings().helix_url, Settings().token_url)


def test_variables_come_from_the_file_as_well_and_the_environment_wins(monkeypatch: pytest.MonkeyPatch):
    Path(".env").write_text("KICK_CLIENT_ID=of-the-file\nKICK_URL=of-the-file\nKICK_TOKEN_URL=\n")
    monkeypatch.setenv("KICK_URL", "of-the-environment")
    names = ("KICK_CLIENT_ID", "KICK_URL", "KICK_TOKEN_URL", "KICK_CLIENT_SECRET")
    assert read_variables(names) == dict(
        zip(names, ("of-the-file", "of-the-environment", "", ""), strict=True)
    )


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("KICK_URL", "kick.com", "setting KICK_URL: an address begins with https"),
        (
            "KICK_CLIENT_SECRET",
            "a\u00e4b",
            "setting KICK_CLIENT_SECRET: it has a character that no",
        ),
    ],
)
def test_a_variable_that_cannot_be_used_is_named_and_not_shown(monkeypatch, name, value, message):
    for variable in ("KICK_CLIENT_ID", "KICK_CLIENT_SECRET"):
        monkeypatch.setenv(variable, "good")
    monkeypatch.setenv(name, value)
    why_off = platforms(Settings())["kick"].why_off
    assert why_off.startswith(message)
    assert value not in why_off
