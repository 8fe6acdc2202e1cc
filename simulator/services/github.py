"""GitHub's answer about a repository; owners that begin with no- have none."""

from datetime import datetime
from typing import Any

from simulator.services.numbers import chance, counter, gauge


def repository(owner: str, name: str, at: datetime) -> tuple[int, dict[str, Any]]:
    """Return the status and the answer."""
    if owner.startswith("no-"):
        said = {"message": "Not Found", "documentation_url": "https://docs.github.com/rest", "status": "404"}
        return 404, said
    full_name = f"{owner}/{name}"
    stars = counter("stars", full_name, at)
    return 200, {
        "id": chance(full_name),
        "full_name": full_name,
        "owner": {"login": owner},
        "description": f"All about {name}",
        "language": "Python",
        "created_at": "2026-01-01T00:00:00Z",
        "stargazers_count": stars,
        "watchers_count": stars,
        "subscribers_count": gauge("watchers", full_name, at),
        "forks_count": counter("forks", full_name, at),
        "open_issues_count": gauge("issues", full_name, at),
    }
