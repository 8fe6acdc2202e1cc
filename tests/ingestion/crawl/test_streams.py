"""Tests of how pages of streams are merged."""

from datetime import datetime

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.crawl.streams import one_row_per_stream
from ingestion.landing.files import STREAMS_SCHEMA
from tests.ingestion.fake_twitch import stream
from tests.ingestion.of_twitch import to_arrow

AT = datetime(2026, 3, 1, 10)


def test_no_pages_are_a_table_without_rows():
    assert one_row_per_stream([]) == (STREAMS_SCHEMA.empty_table(), 0)


@settings(deadline=None)
@given(st.lists(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 99)), max_size=6), max_size=6))
def test_of_a_stream_s_rows_the_last_fetched_stays_and_the_others_are_counted(pages: list):
    tables = [to_arrow([stream(number, viewers) for number, viewers in page], AT)[0] for page in pages]
    last = {f"s{number}": viewers for page in pages for number, viewers in page}

    streams, doubles = one_row_per_stream(tables)

    assert dict(zip(streams["id"].to_pylist(), streams["viewer_count"].to_pylist(), strict=True)) == last
    assert len(streams) == len(last)
    assert doubles == sum(map(len, pages)) - len(last)
    assert isinstance(streams, pa.Table)
