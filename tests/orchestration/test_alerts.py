"""Who is told when a run fails, a check does not pass or an asset gets stale, by file and over real HTTP."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import dagster as dg
import pytest

import orchestration.alerts
from ingestion.alerts import Alert, send
from ingestion.platforms.reading import SHIPPED
from ingestion.settings import Settings
from orchestration.alerts import alert_when_a_check_fails, alert_when_a_run_fails, alerts, tell_of_staleness
from orchestration.platforms import known_platforms, landed_key

ALERT = Alert(datetime(2026, 11, 21, 12), "stale", "published/airtime", "too  old\nby far", "http://x/assets")
SECRET = "a-token-nobody-may-read"


class Hook(HTTPServer):
    """Keeps what is POSTed and answers with `status`."""

    def __init__(self, status: int) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.status, self.got = status, []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/{SECRET}"


class Answering(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.server.got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(self.server.status)
        self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def hook(request) -> Iterator[Hook]:
    with Hook(getattr(request, "param", 204)) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def home(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("AIRTIME_HOME", str(tmp_path))
    monkeypatch.setenv("AIRTIME_UI_URL", "http://127.0.0.1:3999")
    return tmp_path


def told(home: Path) -> list[dict]:
    file = home / "alerts.ndjson"
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def test_an_alert_is_a_line_of_the_file_and_a_post_to_the_address(home, hook):
    assert send(Settings(AIRTIME_ALERT_URL=hook.url), ALERT) == "delivered"
    [line] = told(home)
    assert line.pop("delivered") == "delivered"
    assert hook.got == [line]
    assert line == {
        "at": "2026-11-21T12:00:00Z",
        "kind": "stale",
        "subject": "published/airtime",
        "problem": "too old by far",
        "url": "http://x/assets",
        "text": "airtime: published/airtime: too old by far http://x/assets",
    }


@pytest.mark.parametrize("hook", [404, 500, 302], indirect=True)
def test_an_address_that_refuses_is_noted_and_no_error(home, hook):
    assert send(Settings(AIRTIME_ALERT_URL=hook.url), ALERT) == f"not delivered: HTTP {hook.status}"
    assert [line["delivered"] for line in told(home)] == [f"not delivered: HTTP {hook.status}"]


@pytest.mark.parametrize(
    "address", [f"http://127.0.0.1:1/{SECRET}", f"no address, {SECRET}", f"http://[{SECRET}"]
)
def test_an_address_that_does_not_answer_is_noted_without_telling_it(home, address):
    settings = Settings(AIRTIME_ALERT_URL=address)
    assert send(settings, ALERT).startswith("not delivered: ")
    assert SECRET not in (home / "alerts.ndjson").read_text() + repr(settings)


def test_without_an_address_there_is_the_file(home):
    assert send(Settings(AIRTIME_ALERT_URL=""), ALERT) == "no address"
    send(Settings(AIRTIME_ALERT_URL=""), ALERT)
    assert [line["delivered"] for line in told(home)] == ["no address"] * 2


@dg.asset
def failing() -> None:
    """Fails as an asset of ours does."""
    try:
        raise ValueError("the API said no:\nnot today")
    except ValueError as error:
        raise dg.Failure("worse") from error


@dg.asset
def odd() -> None:
    """Is made."""


@dg.asset_check(asset=odd, description="Is it even?")
def is_even() -> dg.AssetCheckResult:
    return dg.AssetCheckResult(passed=False, severity=dg.AssetCheckSeverity.WARN, description="it is odd")


def ran(instance: dg.DagsterInstance, *assets: object) -> dg.ExecuteInProcessResult:
    checks = [is_even] if odd in assets else []
    definitions = dg.Definitions(assets=assets, asset_checks=checks, jobs=[dg.define_asset_job("some")])
    return definitions.resolve_job_def("some").execute_in_process(instance=instance, raise_on_error=False)


def test_a_failed_run_is_told_with_its_step_and_its_cause(home):
    with dg.DagsterInstance.ephemeral() as instance:
        result = ran(instance, failing)
        [failure] = [e for e in result.all_events if e.event_type_value == "PIPELINE_FAILURE"]
        context = dg.build_run_status_sensor_context(
            "alert_when_a_run_fails", failure, instance, result.dagster_run
        ).for_run_failure()
        alert_when_a_run_fails(context)
    [alert] = told(home)
    assert (alert["kind"], alert["subject"]) == ("run_failed", "job some, step failing")
    assert alert["problem"] == "ValueError: the API said no: not today"
    assert alert["url"] == f"http://127.0.0.1:3999/runs/{result.run_id}"


def test_a_check_that_only_warned_is_told_of_and_one_that_passed_is_not(home):
    with dg.DagsterInstance.ephemeral() as instance:
        result = ran(instance, odd)
        [success] = [e for e in result.all_events if e.event_type_value == "PIPELINE_SUCCESS"]
        context = dg.build_run_status_sensor_context(
            "alert_when_a_check_fails", success, instance, result.dagster_run
        )
        alert_when_a_check_fails(context)
    [alert] = told(home)
    assert (alert["kind"], alert["subject"]) == ("check_failed", "check is_even of odd")
    assert alert["problem"] == "it is odd"


def looked(instance: dg.DagsterInstance, hours: float, cursor: str | None, monkeypatch) -> str | None:
    """Look for what is stale so many hours from now; return the cursor."""
    at = orchestration.alerts.utc_now() + timedelta(hours=hours)
    with monkeypatch.context() as patched:
        patched.setattr(orchestration.alerts, "utc_now", lambda: at)
        context = dg.build_sensor_context(instance=instance, cursor=cursor)
        tell_of_staleness(context)
    return context.cursor


def test_a_stale_crawl_is_told_of_once_until_there_is_another(home, monkeypatch):
    monkeypatch.setenv("TWITCH_CLIENT_ID", "id")
    monkeypatch.setenv("TWITCH_CLIENT_SECRET", "secret")
    with dg.DagsterInstance.ephemeral() as instance:
        cursor = None
        for made, hours, alerts_so_far in ((True, 0.5, 0), (False, 2, 1), (False, 3, 1), (True, 4, 2)):
            if made:
                instance.report_runless_asset_event(dg.AssetMaterialization(landed_key("twitch")))
            cursor = looked(instance, hours, cursor, monkeypatch)
            assert len(told(home)) == alerts_so_far
    assert told(home)[0]["subject"] == "landing/twitch_streams"
    assert told(home)[0]["problem"] == "made 120 minutes ago, which is too long"


def test_each_platform_that_is_on_is_stale_by_its_own_cadence_and_none_that_is_off(home, monkeypatch):
    described = (SHIPPED / "soop.yml").read_text() + "  cadence_minutes: 30\n"
    (home / "platforms").mkdir()
    (home / "platforms" / "soop.yml").write_text(described)
    for name in ("SOOP_CLIENT_ID", "TROVO_CLIENT_ID"):
        monkeypatch.setenv(name, "an-id")
    with dg.DagsterInstance.ephemeral() as instance:
        for platform in ("soop", "trovo", "kick"):
            instance.report_runless_asset_event(dg.AssetMaterialization(landed_key(platform)))
        cursor = looked(instance, 1.25, None, monkeypatch)
        assert [alert["subject"] for alert in told(home)] == ["landing/trovo_streams"]
        looked(instance, 2, cursor, monkeypatch)
    assert [alert["subject"] for alert in told(home)] == ["landing/trovo_streams", "landing/soop_streams"]


def test_failures_are_told_of_always_and_staleness_once_there_are_credentials():
    without = known_platforms(Settings(TWITCH_CLIENT_ID="", TWITCH_CLIENT_SECRET=""))
    assert {sensor.name: sensor.default_status.value for sensor in alerts(without)} == {
        "runs_without_process": "RUNNING",
        "alert_when_a_run_fails": "RUNNING",
        "alert_when_a_check_fails": "RUNNING",
        "alert_when_stale": "STOPPED",
    }
    given = known_platforms(Settings(TWITCH_CLIENT_ID="id", TWITCH_CLIENT_SECRET="secret"))
    assert {sensor.default_status.value for sensor in alerts(given)} == {"RUNNING"}
