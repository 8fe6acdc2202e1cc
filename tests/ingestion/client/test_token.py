"""Tests of the access token: its cache, its renewal, and that nothing ever tells it."""

import json
import logging
import stat
from datetime import timedelta

import pytest

from ingestion.client.application import RefusedCredentials
from ingestion.client.helix import Helix, connect
from ingestion.client.http import ApiError
from ingestion.settings import MissingSetting, Settings
from tests.ingestion.fake_twitch import SECRET, FakeTwitch, answer
from tests.ingestion.loopback import Clock

TOKEN, USERS = "/oauth2/token", "/helix/users"


@pytest.fixture
def helix(settings: Settings, clock: Clock, twitch: FakeTwitch) -> Helix:
    return connect(settings, now=clock.now, sleep=clock.sleep)


def _get(helix: Helix) -> dict:
    return helix.get("users", [("id", "1")])


def test_one_token_serves_many_calls_and_many_runs(
    settings: Settings, helix: Helix, clock: Clock, twitch: FakeTwitch
):
    _get(helix)
    _get(helix)
    _get(connect(settings, now=clock.now, sleep=clock.sleep))
    assert len(twitch.called(TOKEN)) == 1


def test_the_cache_can_be_read_by_its_owner_only(settings: Settings, helix: Helix):
    _get(helix)
    cache = settings.root / "token.json"
    assert stat.S_IMODE(cache.stat().st_mode) == 0o600
    assert [path.name for path in settings.root.iterdir()] == ["token.json"]
    assert SECRET not in cache.read_text()


def test_a_token_is_renewed_within_an_hour_of_its_expiry(helix: Helix, clock: Clock, twitch: FakeTwitch):
    _get(helix)
    clock.moment += timedelta(seconds=twitch.lifetime - 3601)
    _get(helix)
    assert len(twitch.tokens) == 1
    clock.moment += timedelta(seconds=2)
    _get(helix)
    assert len(twitch.tokens) == 2


def test_a_token_that_never_lives_an_hour_is_not_minted_for_every_call(helix: Helix, twitch: FakeTwitch):
    twitch.lifetime = 600
    _get(helix)
    _get(helix)
    assert len(twitch.tokens) == 1


@pytest.mark.parametrize(
    "change", [{"TWITCH_CLIENT_ID": "another"}, {"TWITCH_TOKEN_URL": "http://127.0.0.1:9/"}]
)
def test_a_cached_token_serves_no_other_application_or_server(
    change: dict, settings: Settings, helix: Helix, clock: Clock
):
    _get(helix)
    named = {"AIRTIME_HOME": settings.home, "TWITCH_CLIENT_ID": settings.twitch_client_id}
    named |= {"TWITCH_CLIENT_SECRET": SECRET, "TWITCH_TOKEN_URL": settings.token_url}
    other = Settings(_env_file=None, HELIX_URL=settings.helix_url, **(named | change))
    with pytest.raises((RefusedCredentials, ApiError), match=r"(POST 127.0.0.1:)"):
        _get(connect(other, now=clock.now, sleep=clock.sleep))


@pytest.mark.parametrize("text", ["", "{", "[]", '{"application": "x"}', '{"access_token": 1}'])
def test_a_spoilt_cache_is_replaced(text: str, settings: Settings, helix: Helix, twitch: FakeTwitch):
    settings.root.mkdir()
    (settings.root / "token.json").write_text(text)
    _get(helix)
    assert json.loads((settings.root / "token.json").read_text())["access_token"] == twitch.tokens[-1]


def test_an_expired_token_is_renewed_once(helix: Helix, twitch: FakeTwitch):
    _get(helix)
    twitch.tokens.append("somebody-revoked-the-first")
    _get(helix)
    assert len(twitch.called(TOKEN)) == 2
    assert len(twitch.called(USERS)) == 3


def test_a_token_that_another_process_renewed_is_taken_from_the_cache(
    settings: Settings, helix: Helix, clock: Clock, twitch: FakeTwitch
):
    _get(helix)
    twitch.tokens.append("revoked")
    _get(connect(settings, now=clock.now, sleep=clock.sleep))
    _get(helix)
    assert len(twitch.called(TOKEN)) == 2


def test_a_second_401_names_both_variables_and_tells_no_secret(helix: Helix, twitch: FakeTwitch):
    refusals = [answer(401, {"message": f"bad token-number-{number}"}) for number in range(2)]
    twitch.faults[USERS] = list(refusals)
    with pytest.raises(RefusedCredentials, match="TWITCH_CLIENT_ID and TWITCH_CLIENT_SECRET") as caught:
        _get(helix)
    assert len(twitch.called(USERS)) == 2
    assert "token-number" not in str(caught.value)


def test_refused_credentials_name_both_variables_their_source_and_what_the_server_said(
    settings: Settings, clock: Clock, twitch: FakeTwitch, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    wrong = settings.model_copy(update={"twitch_client_id": "wrong"})
    helix = connect(wrong, now=clock.now, sleep=clock.sleep)

    with pytest.raises(RefusedCredentials) as caught:
        _get(helix)

    text = str(caught.value)
    for part in ("TWITCH_CLIENT_ID", "TWITCH_CLIENT_SECRET", "dev.twitch.tv/console/apps", "invalid client"):
        assert part in text
    assert "\n" not in text
    assert SECRET not in text + repr(caught.value) + caplog.text
    assert len(twitch.requests) == 1


@pytest.mark.parametrize("fault", [answer(200, {}), answer(200, []), answer(200, {"access_token": "t"})])
def test_a_token_answer_without_a_token_is_an_error(fault, helix: Helix, twitch: FakeTwitch):
    twitch.faults[TOKEN] = [fault]
    with pytest.raises(ApiError, match="holds no access_token"):
        _get(helix)


def test_a_failing_token_endpoint_is_asked_again(helix: Helix, twitch: FakeTwitch):
    twitch.faults[TOKEN] = [answer(503), answer(500)]
    _get(helix)
    assert len(twitch.tokens) == 1


def test_neither_log_nor_repr_tells_the_token_or_the_secret(
    helix: Helix, twitch: FakeTwitch, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    _get(helix)
    told = caplog.text + "".join(repr(part) for part in _parts(helix))
    assert caplog.text
    assert SECRET not in told
    assert twitch.tokens[0] not in told


def _parts(thing: object, depth: int = 6) -> list[object]:
    inner = list(vars(thing).values()) if depth and hasattr(thing, "__dict__") else []
    own = [part for part in inner if type(part).__module__.startswith("ingestion")]
    return [thing, *(found for part in own for found in _parts(part, depth - 1))]


def test_a_missing_secret_is_named_before_anything_is_sent(
    settings: Settings, clock: Clock, twitch: FakeTwitch
):
    empty = settings.model_copy(update={"twitch_client_id": ""})
    with pytest.raises(MissingSetting, match="TWITCH_CLIENT_ID"):
        connect(empty, now=clock.now, sleep=clock.sleep)
    assert twitch.requests == []
