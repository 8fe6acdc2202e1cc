"""The page of tracked metrics in a browser, figure by figure against the published file."""

import duckdb
import pytest
from playwright.sync_api import expect

from tests.notebooks.copies import HOSTILE

NEWEST = """
    select {} from marts.reading_buckets
    where item_id = '{}' and metric = '{}' and bucket = '{}' order by bucket_start desc limit 1
"""


@pytest.fixture(scope="module")
def published(put):
    return put("many_days")


@pytest.fixture
def sql(published):
    def answer(query: str) -> list[tuple]:
        with duckdb.connect() as connection:
            connection.execute(f"attach '{published}' as published (read_only)")
            connection.execute("use published")
            return connection.execute(query).fetchall()

    return answer


@pytest.fixture
def newest(sql):
    def newest(item: str, metric: str, bucket: str, column: str) -> str:
        [(value,)] = sql(NEWEST.format(column, item, metric, bucket))
        return f"{value:,.0f}"

    return newest


def test_a_counter_is_shown_by_its_last_readings_and_a_gauge_by_its_mean(opening, newest):
    page = opening("/tracked/?kind=youtube.video&items=v8")
    page.sees("Value", newest("v8", "likes", "1h", "last_value"))
    page.draws()
    page.choose("Metric", "views")
    page.choose("Bucket", "Day")
    page.sees("Value", newest("v8", "views", "1d", "last_value"))
    page.choose("Kind", "station.gauge")
    page.sees("Item", "north/pole")
    page.sees("Value", newest("north/pole", "level", "1d", "mean_value"))


def test_first_come_those_that_grew_most_and_one_more_can_be_chosen(opening, published):
    page = opening("/tracked/?kind=youtube.video&bucket=1d")
    for row, name in enumerate(("Video 57", "Video 58", "Video 59")):
        page.sees("Item", name, row=row)
    page.choose("Items", "Video 20")
    page.sees("Item", "Video 20")
    assert "items=v59%2Cv58%2Cv57%2Cv20" in page.page.url


def test_lines_can_begin_at_100(opening, published, sql):
    page = opening("/tracked/?kind=youtube.video&items=v8,v3&bucket=8h&span=36500")
    page.choose("Scale", "first = 100")
    of = "from marts.reading_buckets where item_id = 'v3' and metric = 'likes' and bucket = '8h'"
    [(indexed,)] = sql(
        f"select 100 * last_value / first_value(last_value) over (order by bucket_start) {of}"
        " order by bucket_start desc limit 1"
    )
    page.sees("First = 100", f"{indexed:,.1f}")
    page.draws()


def test_what_is_shown_can_be_downloaded_as_csv(opening, published, sql):
    page = opening("/tracked/?kind=youtube.video&items=v3,v4&metric=views&bucket=1d&span=36500")
    page.sees("Item", HOSTILE)
    page.table().get_by_role("button", name="Export").click()
    with page.page.expect_download() as download:
        page.page.get_by_role("button", name="Download CSV").click()
    rows = duckdb.read_csv(str(download.value.path()), header=True).fetchall()
    expected = sql(
        """
        select coalesce(item_label, item_id), bucket_start, last_value, value_change,
            reading_buckets.readings
        from marts.reading_buckets inner join marts.tracked_items using (kind, item_id)
        where item_id in ('v3', 'v4') and metric = 'views' and bucket = '1d'
        order by bucket_start desc, item_id
        """
    )
    assert rows == expected
    assert len(rows) == 80


def test_an_item_is_found_by_a_part_of_its_name_or_it_is_said_that_there_is_none(opening, published):
    page = opening("/tracked/?kind=youtube.video")
    finder = page.page.get_by_placeholder("part of a name or id")
    finder.fill("VIDEO 1")
    finder.press("Enter")
    page.sees("Item", "Video 17")
    finder.fill("nobody at all")
    finder.press("Enter")
    page.says("No item of youtube.video has “nobody at all” in its name or id.")
    page.says("Choose an item.")


def test_growth_is_ranked_in_the_period_that_is_chosen(opening, published, sql):
    page = opening("/tracked/?kind=youtube.video&metric=views")
    change = "select value_change from marts.rank_tracked where rank = {} and metric = 'views' and {}"
    of_week = "kind = 'youtube.video' and period = 'week' and period_start = '2026-01-26'"
    page.sees("Item", "Video 59", number=1)
    page.choose("Growth in", "Week")
    page.choose("Which", "2026-01-26 to 2026-02-01")
    [(grown,)] = sql(change.format(1, of_week))
    page.sees("Change", f"{grown:,.0f}", number=1)
    assert "period=week" in page.page.url


def test_of_more_points_than_a_chart_can_show_it_is_said_how_many_they_are(opening, published):
    items = [f"v{number}" for number in range(10)]
    page = opening(f"/tracked/?kind=youtube.video&bucket=15m&items={','.join(items)}")
    page.says("26,880 points are more than a chart can show; choose larger buckets or fewer days.")
    page = opening(f"/tracked/?kind=youtube.video&bucket=15m&items={','.join(items[:7])}")
    page.sees("Item", "Video 0")
    page.draws()


def test_where_nothing_is_tracked_the_page_says_how_to_begin(opening, put):
    put("no_crawl")
    page = opening("/tracked/")
    page.says("There are no tracked items yet.")
    expect(page.page.locator("p", has_text="python -m ingestion track kinds")).to_be_visible()
    put("many_days")
