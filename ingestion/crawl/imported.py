"""Keeps live crawls out of a platform that holds imported tables."""

from pathlib import Path

from ingestion.exits import Refused


class ImportedPlatform(Refused):
    """The platform holds imported files; live crawls and imports do not mix."""


def refuse_imported(landing: Path, platform: str) -> None:
    """Raise ImportedPlatform where tables of the platform have been imported."""
    imports = landing / platform / "imports"
    if any(imports.glob("*.parquet")):
        raise ImportedPlatform(
            f"files have been imported into platform {platform} ({imports}) and live crawls do not mix with "
            "them: import them into another platform (PLATFORM=) or crawl into another AIRTIME_HOME"
        )
