"""Twitch as its shipped description has it: its crawl, and the rows of its records."""

from datetime import datetime
from typing import Any

import pyarrow as pa

from ingestion.crawl.running import CrawlOutcome
from ingestion.landing.rejects import Reject
from ingestion.platforms.crawl import crawl
from ingestion.platforms.reading import shipped
from ingestion.platforms.rows import shipped_rules
from ingestion.settings import Settings

DESCRIPTION = shipped("twitch")
BY_LANGUAGE = DESCRIPTION.languages
LANGUAGES = BY_LANGUAGE.codes


def crawl_streams(settings: Settings, **how: Any) -> CrawlOutcome:
    return crawl("twitch", settings, **how)


def to_arrow(rows: list[Any], observed_at: datetime) -> tuple[pa.Table, list[Reject]]:
    return shipped_rules("twitch").table(rows, observed_at)
