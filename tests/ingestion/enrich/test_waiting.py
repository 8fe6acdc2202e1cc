"""What a crawl could not put up into an object store is put up by the enrichment after it."""

from pathlib import Path

from ingestion.enrich.enrichment import find_due
from ingestion.enrich.reference_steps import UNSEEN
from ingestion.landing.files import landed_files
from ingestion.landing.store import waiting
from tests.ingestion.crawl.simulated_crawls import AT
from tests.ingestion.landed_crawls import land_streams, stream
from tests.ingestion.landing.object_stores import object_store


def test_an_enrichment_puts_up_what_waits_before_it_looks_for_what_is_due(tmp_path: Path):
    with object_store() as store:
        settings = store.settings(tmp_path / "home", "zone")
        store.stop()
        land_streams(settings, AT, [stream(1)])
        store.start()
        assert waiting(settings.landing).startswith("1 landed files wait")
        find_due(settings, UNSEEN, AT)
        assert (waiting(settings.landing), len(landed_files(settings.landing))) == ("", 1)
