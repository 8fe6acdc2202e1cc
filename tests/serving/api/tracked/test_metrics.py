"""Tracked metrics over HTTP, number by number against SQL on the published copy."""

import csv
from urllib.parse import quote

import pytest

from serving.api import metrics
from tests.serving.api.marts import AWKWARD
from tests.serving.api.test_problems import assert_problem
from tests.serving.api.tracked.rows import MINUTES, POINTS, REPOSITORY, VIDEO

OF_PLAIN = f"from marts.{{}} where kind = '{VIDEO}' and item_id = 'plain'"
IN_ORDER = "order by item_id, metric, {}"
BY_RANK = "order by kind, metric, rank, lower(coalesce(item_label, item_id)), item_id"
PLAIN = f"/v1/metrics/{VIDEO}/plain"


def test_the_metrics_are_those_of_the_readings(rows, sql):
    wanted = sql(
        """
        select kind, metric, 'counter' as sort, 3 as items, sum(readings)::bigint as readings,
            min(bucket_start)::date as first_date, max(bucket_start)::date as last_date
        from marts.reading_buckets where bucket = '1d' group by kind, metric order by metric
        """
    )
    assert rows("/v1/metrics") == rows("/v1/metrics", kind=VIDEO) == wanted
    assert [row["metric"] for row in wanted] == ["likes", "views"]
    assert rows("/v1/metrics", kind=REPOSITORY) == []


@pytest.mark.parametrize("name", AWKWARD)
def test_an_item_is_found_by_an_awkward_label_or_id_and_no_other_is(rows, name):
    for text in (name, f"ID {name}"):
        found = rows("/v1/metrics/items", search=text)
        assert f"id {name}" in {row["item_id"] for row in found}
        for row in found:
            assert any(
                text.lower() in known.lower() for known in (row["item_id"], row["item_label"]) if known
            )


def test_items_are_listed_by_label_and_the_closest_first(rows, sql):
    by_label = "order by lower(coalesce(item_label, item_id)), kind, item_id"
    assert rows("/v1/metrics/items") == sql(f"from marts.tracked_items {by_label}")
    assert [row["kind"] for row in rows("/v1/metrics/items", kind=REPOSITORY)] == [REPOSITORY]
    found = [row["item_label"] for row in rows("/v1/metrics/items", search="LABEL")]
    assert found == ["label of another", "A Label"]


@pytest.mark.parametrize("bucket", MINUTES)
def test_buckets_of_an_item_are_those_of_the_mart(rows, sql, bucket):
    found = rows(PLAIN, bucket=bucket)
    in_order = IN_ORDER.format("bucket_start")
    assert found == sql(f"{OF_PLAIN.format('reading_buckets')} and bucket = ? {in_order}", bucket)
    assert len(found) == 2 * POINTS


def test_single_readings_of_an_item_are_those_of_the_mart(rows, sql):
    found = rows(PLAIN, bucket="raw", metric="likes")
    assert found == sql(f"{OF_PLAIN.format('readings')} and metric = 'likes' order by observed_at")
    assert len(found) == POINTS


def test_several_items_and_metrics_come_at_once_for_a_part_of_the_time(rows, sql):
    asked = {"also": ["third", "plain"], "metric": ["views", "likes"], "limit": 10_000}
    span = {"from": "2026-11-20T03:00:00+02:00", "to": "2026-11-20T22:00"}
    found = rows(f"/v1/metrics/{VIDEO}/owner/name", **asked, **span)
    of_time = "bucket = '1h' and bucket_start >= '2026-11-20 01:00' and bucket_start < '2026-11-20 22:00'"
    assert found == sql(f"from marts.reading_buckets where {of_time} {IN_ORDER.format('bucket_start')}")
    assert len(found) == 3 * 2 * 21


def test_of_many_ids_that_begin_alike_the_same_is_answered(rows, monkeypatch):
    several = {
        "also": ["owner/name", "third"],
        "metric": ["views"],
        "from": "2026-11-20T12:00",
        "limit": 10_000,
    }
    asked = [{"bucket": bucket, **more} for bucket in [*MINUTES, "raw"] for more in ({}, several)]
    found = [rows(PLAIN, **one) for one in asked]
    monkeypatch.setattr(metrics, "MOST_ALIKE", 0)
    assert [rows(PLAIN, **one) for one in asked] == found
    assert all(found)


def test_an_id_with_a_slash_is_one_of_the_kind_that_is_asked(rows):
    assert (
        rows(f"/v1/metrics/{REPOSITORY}/owner%2Fname") == rows(f"/v1/metrics/{REPOSITORY}/owner/name") == []
    )
    assert {row["item_id"] for row in rows(f"/v1/metrics/{VIDEO}/owner%2Fname")} == {"owner/name"}


def test_the_pages_of_a_series_together_are_everything_once(get, sql):
    path, pages = f"{PLAIN}?also=third&from=2026-01-01&limit=70", []
    while path:
        answer = get(path).json()
        pages.append(answer["data"])
        path = answer["meta"]["next"]
    assert [len(page) for page in pages] == [70, 70, 20]
    items = "item_id in ('plain', 'third') and bucket = '1h'"
    in_order = IN_ORDER.format("bucket_start")
    assert [row for page in pages for row in page] == sql(
        f"from marts.reading_buckets where {items} {in_order}"
    )


def test_a_series_comes_as_csv(get):
    lines = list(csv.DictReader(get(f"{PLAIN}?format=csv").text.splitlines()))
    assert len(lines) == 2 * POINTS
    assert lines[-1]["bucket_start"] == "2026-11-21T00:00:00Z"


def test_by_default_growth_is_ranked_in_the_newest_7_days_of_each_kind(get, sql):
    answer = get("/v1/rankings/tracked").json()
    assert answer["data"] == sql(f"from marts.rank_tracked where period = 'last_7_days' {BY_RANK}")
    assert {(row["kind"], row["period_start"]) for row in answer["data"]} == {
        (VIDEO, "2026-11-14"),
        (REPOSITORY, "2019-01-01"),
    }


@pytest.mark.parametrize("start", [None, "2026-11-16", "2026-11-09"])
def test_growth_of_one_metric_is_ranked_in_a_period(rows, sql, start):
    asked = {"kind": VIDEO, "metric": "views", "period": "week"}
    found = rows("/v1/rankings/tracked", **asked, **({"start": start} if start else {}))
    where = "metric = 'views' and period = 'week' and period_start = ?"
    assert found == sql(f"from marts.rank_tracked where {where} {BY_RANK}", start or "2026-11-16")
    assert [row["rank"] for row in found] == [1, 2, 2]


def test_the_next_page_keeps_the_period_of_the_first(get):
    meta = get(f"/v1/rankings/tracked?kind={VIDEO}&limit=2").json()["meta"]
    assert meta["next"] == f"/v1/rankings/tracked?limit=2&kind={VIDEO}&start=2026-11-14&offset=2"


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/v1/metrics?kind=x", 404, f"kind is 'x', but has to be one of {REPOSITORY}, {VIDEO}"),
        ("/v1/metrics/x/plain", 404, f"kind is 'x', but has to be one of {REPOSITORY}, {VIDEO}"),
        (f"/v1/metrics/{REPOSITORY}/plain", 404, f"there is no {REPOSITORY} with the id 'plain'"),
        (f"{PLAIN}?also=nobody", 404, f"there is no {VIDEO} with the id 'nobody'"),
        (f"{PLAIN}?metric=stars", 404, "metric is 'stars', but has to be one of likes, views"),
        ("/v1/rankings/tracked?metric=stars", 404, "metric is 'stars', but has to be one of likes, views"),
        ("/v1/rankings/tracked?start=2026-11-15", 404, "the newest last_7_days starts on 2026-11-14"),
        (f"{PLAIN}?bucket=2h", 422, "bucket is '2h', but has to be one of 15m, 1h, 8h, 1d, raw"),
        (f"{PLAIN}?from=yesterday", 422, "from is 'yesterday', but has to be a UTC date or instant"),
        (f"{PLAIN}?to=0001-01-01T00:00%2B14:00", 422, "but has to be a UTC date or instant"),
        (f"{PLAIN}?also=", 422, "also is '', but has to be at most 50 ids, each text of 1 to 200"),
        (f"{PLAIN}?limit=10001", 422, "of metrics over time to 10000"),
        (
            f"{PLAIN}?platform=twitch",
            422,
            "no such parameter; there are also, metric, bucket, from, to, limit",
        ),
    ],
)
def test_what_is_wrong_is_said_with_what_there_is(get, path, status, said):
    assert said in assert_problem(get(path), status)["detail"]


def test_an_id_that_means_harm_is_one_that_there_is_not(get):
    for text in ("'; drop table marts.crawls; --", "../../etc/passwd", "%", "*"):
        response = get(f"/v1/metrics/{VIDEO}/{quote(text, safe='')}")
        assert_problem(response, 404)
