"""A written past is what a crawl over HTTP would have landed, every time the same."""

from datetime import datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from ingestion.landing.files import FOLLOWERS_SCHEMA, STREAMS_SCHEMA, landed_files, read_record
from simulator.past import write_past
from simulator.truth.world import World
from tests.ingestion.of_twitch import to_arrow
from tests.simulator.conftest import AT

START = datetime(2026, 10, 7)
END = datetime(2026, 10, 9)


@pytest.fixture(scope="module")
def small() -> World:
    return World(seed=5, streamers=40)


def _crawls(landing: Path) -> list[Path]:
    return [name for name in landed_files(landing) if "crawls" in name.parts]


def test_two_writings_have_the_same_names_and_the_same_bytes(tmp_path, small):
    one, two = tmp_path / "one", tmp_path / "two"
    write_past(small, one, START, END, cadence_minutes=30)
    write_past(World(seed=5, streamers=40), two, START, END, cadence_minutes=30)
    assert landed_files(one) == landed_files(two)
    assert len(landed_files(one)) == 96 + 2
    for name in landed_files(one):
        assert (one / name).read_bytes() == (two / name).read_bytes()


def test_what_has_been_landed_is_kept_and_only_the_rest_is_written(tmp_path, small):
    first = write_past(small, tmp_path, START, START + timedelta(days=1), cadence_minutes=60)
    kept = {name: (tmp_path / name).stat().st_mtime_ns for name in landed_files(tmp_path)}
    second = write_past(small, tmp_path, START, END, cadence_minutes=60)
    assert (first.crawls, second.already_landed, second.crawls) == (24, 24, 24)
    assert second.follower_batches == 1
    assert all((tmp_path / name).stat().st_mtime_ns == stamp for name, stamp in kept.items())


def test_crawls_lie_on_multiples_of_the_cadence_and_each_tells_the_truth(tmp_path, small):
    write_past(small, tmp_path, START + timedelta(minutes=3), START + timedelta(hours=3), cadence_minutes=20)
    crawls = _crawls(tmp_path)
    assert len(crawls) == 8
    for name in crawls:
        record, rows = read_record(tmp_path / name), pq.read_table(tmp_path / name)
        at = datetime.fromisoformat(record["observed_at"])
        live = small.live(at)
        assert at.minute % 20 == 0 and rows.schema.remove_metadata() == STREAMS_SCHEMA
        assert rows["id"].to_pylist() == [stream.stream_id for stream in live]
        assert rows["viewer_count"].to_pylist() == [stream.viewers for stream in live]
        assert (record["streams"], record["pages"], record["doubles"]) == (len(live), 1, 0)
        assert (record["is_complete"], record["stop_reason"], record["cadence_seconds"]) == (
            True,
            "end",
            1200,
        )


def test_a_crawl_of_more_than_a_page_says_so(tmp_path, world):
    write_past(world, tmp_path, AT, AT + timedelta(minutes=1), cadence_minutes=1)
    record = read_record(tmp_path / _crawls(tmp_path)[0])
    assert record["streams"] == len(world.live(AT)) > 100
    assert record["pages"] == record["points_used"] == -(-record["streams"] // 100)


def test_the_past_holds_the_rows_that_a_crawl_over_http_lands(tmp_path, box, world):
    write_past(world, tmp_path, AT, AT + timedelta(minutes=1), cadence_minutes=1)
    written = pq.read_table(tmp_path / _crawls(tmp_path)[0])
    fetched, _ = to_arrow([row for page in box.chain(first=100) for row in page["data"]], AT)
    assert written.to_pylist() == fetched.to_pylist()


def test_followers_are_read_once_a_day_for_every_streamer(tmp_path, small):
    write_past(small, tmp_path, START, END, cadence_minutes=60)
    batches = [name for name in landed_files(tmp_path) if "followers" in name.parts]
    assert [name.name for name in batches] == ["2026-10-07T00-00-00Z.parquet", "2026-10-08T00-00-00Z.parquet"]
    table = pq.read_table(tmp_path / batches[1])
    assert table.schema.remove_metadata() == FOLLOWERS_SCHEMA
    assert read_record(tmp_path / batches[1]) == {
        "kind": "followers",
        "platform": "twitch",
        "observed_at": "2026-10-08T00:00:00",
    }
    for row in table.to_pylist():
        assert row["follower_count"] == small.followers(row["user_id"], datetime(2026, 10, 8))


def test_gaps_and_a_share_of_the_crawls_can_be_left_out(tmp_path, small):
    gap = (START + timedelta(hours=5), START + timedelta(hours=9))
    options = {"cadence_minutes": 10, "missing_share": 0.2, "gaps": [gap]}
    done = write_past(small, tmp_path, START, END, **options)
    instants = [
        datetime.fromisoformat(read_record(tmp_path / name)["observed_at"]) for name in _crawls(tmp_path)
    ]
    assert not [at for at in instants if gap[0] <= at < gap[1]]
    assert done.left_out + done.crawls == 288 and len(instants) == done.crawls
    assert 24 + 25 <= done.left_out <= 24 + 85
    again = write_past(small, tmp_path, START, END, **options)
    assert (again.crawls, again.left_out) == (0, done.left_out)


def test_progress_counts_every_crawl(tmp_path, small):
    heard = []
    write_past(
        small, tmp_path, START, START + timedelta(hours=1), cadence_minutes=10, on_progress=_into(heard)
    )
    assert heard == [(done, 6) for done in range(1, 7)]


def _into(heard: list):
    return lambda done, total: heard.append((done, total))
