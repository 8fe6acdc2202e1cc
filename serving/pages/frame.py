"""What surrounds every page: the list of pages, the navigation between them, the index."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from serving.published import Publication

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Page:
    """A notebook that is served as a page under `/<name>/`; `marts` are those that it shows first."""

    name: str
    title: str
    question: str
    marts: tuple[str, ...]


PAGES = (
    Page(
        "who_leads",
        "Who leads",
        "Which streamers, games, publishers, genres, languages and tags are watched most, "
        "who climbs and who falls?",
        ("rank_streamers", "rank_languages", "rank_tags", "rank_follower_growth", "live_now"),
    ),
    Page(
        "one_streamer",
        "One streamer",
        "When is a streamer on air, to how many viewers, with which games, and at which rank?",
        ("streamer_activity", "sessions", "streamers"),
    ),
    Page(
        "games_and_publishers",
        "Games and publishers",
        "Which games and publishers hold the audience, and which gain or lose it?",
        ("rank_games", "rank_publishers", "rank_genres", "games", "games_now", "games_across_platforms"),
    ),
    Page(
        "when_people_watch",
        "When people watch",
        "At which hours and on which days is the audience there?",
        ("monthly_activity", "hourly_activity"),
    ),
    Page(
        "tracked",
        "Tracked",
        "How do the numbers that are tracked move, beside each other, and which grow most?",
        (
            "readings",
            "reading_buckets",
            "tracked_items",
            "tracked_item_history",
            "rank_tracked",
            "source_calls",
        ),
    ),
    Page(
        "how_sure_are_we",
        "How sure are we",
        "What did the crawls see, what did they miss, and how exact are the figures?",
        ("crawls",),
    ),
)


def html_head() -> str:
    """Return what goes into the head of each page: the style, the navigation, in one piece of HTML."""
    return str(_rendered("head.html", style=_style(), navigation=navigation("")))


def navigation(current: str) -> Markup:
    """Return the links between all pages as HTML; the page named `current` is marked."""
    return _rendered("navigation.html", pages=PAGES, current=current)


def index(
    publication: Publication | None, figures: Mapping[str, int], now: datetime, *, missing: str = ""
) -> str:
    """Return the index page.

    Args:
        publication: what is published, or None before the first publish.
        figures: heading -> number.
        now: naive UTC, for the ages.
        missing: the sentence that is shown instead of all that before the first publish.
    """
    return str(
        _rendered(
            "index.html",
            style=_style(),
            navigation=navigation("index"),
            pages=PAGES,
            publication=publication,
            figures=figures,
            missing=missing,
            now=now,
        )
    )


def _style() -> Markup:
    return Markup((FOLDER / "web.css").read_text())


def _rendered(template: str, **values: object) -> Markup:
    environment = Environment(loader=FileSystemLoader(FOLDER), autoescape=True)
    environment.filters["age"] = age
    return Markup(environment.get_template(template).render(**values))


def age(seconds: float) -> str:
    """Return `just now`, `5 minutes ago`, `3 hours ago` or `12 days ago`."""
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        count = int(seconds // length)
        if count > 0:
            return f"{count:,} {unit}{'s' if count > 1 else ''} ago"
    return "just now"
