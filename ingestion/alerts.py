"""Alerts: what failed or got stale, as one line of a file and, if there is an address, as a POST to it."""

import json
import os
from dataclasses import asdict, dataclass
from datetime import datetime

import requests

from ingestion.settings import Settings

TIMEOUT_SECONDS = (3, 7)  # to connect, to answer
LONGEST_PROBLEM = 500


@dataclass(frozen=True)
class Alert:
    """What happened: to a run's step, an asset's check or an asset's freshness; `url` shows it in the UI.

    `kind` is run_failed, check_failed or stale; `at` is naive UTC.
    """

    at: datetime
    kind: str
    subject: str
    problem: str
    url: str

    @property
    def text(self) -> str:
        """One sentence, as chat services show it."""
        return f"airtime: {self.subject}: {self.problem} {self.url}".rstrip()


def send(settings: Settings, alert: Alert) -> str:
    """Append the alert to `AIRTIME_HOME/alerts.ndjson`, POST it if there is an address; say what came of it.

    Each line and each POST is a JSON object: at, kind, subject, problem, url, text, and in the file
    `delivered`. An address that does not answer is no error; the address itself is never told, because it
    may be a secret. The file's line is written with one write, so that two senders do not mix theirs.
    """
    problem = " ".join(alert.problem.split())[:LONGEST_PROBLEM]
    known = {**asdict(alert), "at": f"{alert.at:%Y-%m-%dT%H:%M:%SZ}", "problem": problem}
    known["text"] = Alert(**{**asdict(alert), "problem": problem}).text
    delivered = _post(settings.alert_url.get_secret_value(), known)
    settings.root.mkdir(parents=True, exist_ok=True)
    line = json.dumps({**known, "delivered": delivered}, ensure_ascii=False) + "\n"
    handle = os.open(settings.root / "alerts.ndjson", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        os.write(handle, line.encode())
    finally:
        os.close(handle)
    return delivered


def _post(address: str, known: dict[str, str]) -> str:
    if not address:
        return "no address"
    try:
        answer = requests.post(address, json=known, timeout=TIMEOUT_SECONDS, allow_redirects=False)
    except requests.RequestException as error:
        return f"not delivered: {type(error).__name__}"
    return "delivered" if answer.status_code < 300 else f"not delivered: HTTP {answer.status_code}"
