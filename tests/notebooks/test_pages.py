"""The pages in a browser: every picker is changed, and figures are compared with the published file."""

import duckdb
import pytest
from playwright.sync_api import expect

from serving.pages.frame import PAGES
from tests.notebooks.copies import HOSTILE

TOP = """
    select {} from marts.rank_{}
    where platform = '{}' and period = '{}' and period_start = '{}' and {} order by rank limit 1
"""
LAST_7 = ("last_7_days", "2026-02-03")


@pytest.fixture(scope="module")
def published(put):
    return put("many_days")


@pytest.fixture
def sql(published):
    def answer(query: str) -> object:
        with duckdb.connect() as connection:
            connection.execute(f"attach '{published}' as published (read_only)")
            connection.execute("use published")
            return connection.execute(query).fetchone()[0]

    return answer


@pytest.fixture
def top(sql):
    def top(mart, period=LAST_7, platform="twitch", column="hours_watched", where="rank = 1") -> str:
        return f"{sql(TOP.format(column, mart, platform, *period, where)):,.0f}"

    return top


def test_who_leads_ranks_as_the_published_file_does(opening, published, top, sql):
    page = opening("/who_leads/")
    page.sees("Hours watched", top("streamers"))
    page.sees("Average viewers", top("streamers", column="average_viewers"))
    page.sees("Moved", "–", row=1)
    page.choose("Language", "de")
    page.sees("Hours watched", top("streamers", where="language = 'de'"))
    page.choose("Platform", "history")
    page.sees("Hours watched", top("streamers", platform="history", where="language = 'de'"))
    page.choose("Ranking", "Games")
    page.sees("Hours watched", top("games", platform="history"))
    page.choose("Platform", "twitch")
    page.choose("Period", "Month")
    page.sees("Peak viewers", top("games", ("month", "2026-02-01"), column="peak_viewers"))
    page.choose("Which", "January 2026")
    page.sees("Peak viewers", top("games", ("month", "2026-01-01"), column="peak_viewers"))
    assert "entity=games" in page.page.url and "start=2026-01-01" in page.page.url
    growth = sql(
        TOP.format("follower_growth", "follower_growth", "twitch", "month", "2026-01-01", "genre = 'Genre 3'")
    )
    page.choose("Ranking", "Follower growth")
    page.choose("Genre", "Genre 3")
    page.sees("Growth", f"{growth:+.2%}")


def test_an_address_chooses_what_is_ranked(opening, published, top):
    marts = ("publishers", "languages", "tags")
    pages = [opening(f"/who_leads/?entity={mart}&period=week&start=2026-01-12") for mart in marts]
    for page, mart in zip(pages, marts, strict=True):
        page.sees("Hours watched", top(mart, ("week", "2026-01-12")))


def test_a_ranked_streamer_leads_to_the_page_of_that_streamer(opening, published, sql):
    page = opening("/who_leads/?period=month")
    page.sees("Streamer", HOSTILE, row=2)
    name = page.table().locator("tbody a").nth(1).inner_text()
    page.table().locator("tbody a").nth(1).click()
    page.is_headed(name)
    assert "/one_streamer/?streamer=" in page.page.url


def test_one_streamer_shows_the_sessions_of_the_published_file(opening, published, sql):
    of = "from marts.sessions where platform = 'twitch' and streamer_name = '{}'"
    newest = "select average_viewers {} order by started_at desc limit 1"
    page = opening("/one_streamer/?streamer=100000959")
    page.sees("Average viewers", f"{sql(newest.format(of.format('Streamer7'))):,.0f}")
    since = " and started_at >= timestamp '2026-02-09 23:00' - interval 28 day"
    count = sql("select count(*) " + of.format("Streamer7") + since)
    page.is_headed(f"{count} sessions, last 28 days")
    page.choose("Show", "All")
    count = sql("select count(*) " + of.format("Streamer7"))
    page.is_headed(f"{count} sessions, all")
    page.choose("Rank of each", "Week")
    page.draws()
    page.page.get_by_placeholder("part of a name").fill("OLD40")
    page.page.get_by_placeholder("part of a name").press("Enter")
    page.is_headed("Streamer40, earlier Old40")
    page.page.get_by_placeholder("part of a name").fill("amer5")
    page.page.get_by_placeholder("part of a name").press("Enter")
    page.choose("Streamer", "Streamer58")
    page.is_headed("Streamer58")
    page.choose("Platform", "history")
    page.is_headed("Streamer58")


def test_an_unknown_streamer_is_said_to_be_unknown(opening, published):
    page = opening("/one_streamer/?streamer='; drop table x; --")
    page.says("has no streamer with the id '; drop table x; --; here is another.")
    page.page.get_by_placeholder("part of a name").fill("nobody at all")
    page.page.get_by_placeholder("part of a name").press("Enter")
    page.says("No streamer of twitch has “nobody at all” in the name.")


@pytest.mark.parametrize("name", [page.name for page in PAGES if page.name != "tracked"])
def test_a_platform_that_there_is_not_is_said_on_every_page_until_another_is_chosen(opening, published, name):
    page = opening(f"/{name}/?platform=kikc")
    page.says("There is no platform kikc here, only twitch, history; this is twitch.")
    page.choose("Platform", "history")
    expect(page.page.locator("p", has_text="There is no platform")).to_have_count(0)
    assert "platform=history" in page.page.url


def test_games_and_publishers_shows_both_rankings_and_all_platforms(opening, published, top, sql):
    across = "select max(hours_watched) from marts.games_across_platforms where rank = 1 and {}"
    page = opening("/games_and_publishers/")
    page.sees("Hours watched", top("games"))
    page.sees("Hours watched", top("publishers"), number=1)
    page.choose("Period", "Week")
    page.choose("Which", "2026-01-12 to 2026-01-18")
    page.sees("Hours watched", top("games", ("week", "2026-01-12")))
    of_week = sql(across.format("period = 'week' and period_start = '2026-01-12'"))
    page.sees("Hours watched", f"{of_week:,.0f}", number=2)
    page.choose("Platform", "history")
    page.sees("Hours watched", top("games", ("week", "2026-01-12"), "history"))
    page.sees("Hours watched", top("publishers", ("week", "2026-01-12"), "history"), number=1)


def test_when_people_watch_averages_the_hours_of_the_published_file(opening, published, sql):
    of = """
        select sum(average_{} * coverage) / sum(coverage) from marts.hourly_activity
        where platform = 'twitch' and isodow(hour_at at time zone 'UTC' at time zone '{}') = 1
            and hour_at > timestamp '2026-02-09 23:00' - interval {} day
    """
    page = opening("/when_people_watch/")
    page.sees("Average viewers", f"{sql(of.format('viewers', 'UTC', 28)):,.0f}")
    page.choose("Show", "All")
    page.sees("Average viewers", f"{sql(of.format('viewers', 'UTC', 999)):,.0f}")
    page.choose("Time zone", "Asia/Tokyo")
    page.sees("Average viewers", f"{sql(of.format('viewers', 'Asia/Tokyo', 999)):,.0f}")
    page.choose("Count", "Channels")
    page.sees("Average channels", f"{sql(of.format('channels', 'Asia/Tokyo', 999)):,.0f}")
    page.choose("Platform", "history")
    page.sees("Average channels", f"{sql(of.format('channels', 'Asia/Tokyo', 999)):,.0f}")


def test_how_sure_are_we_counts_the_crawls_of_the_published_file(opening, published, sql):
    complete = """
        select count(*) from marts.crawls
        where platform = 'twitch' and is_complete and observed_at::date = '2026-02-09'
    """
    error = """
        select median(hours_watched_error / hours_watched) from marts.rank_streamers
        where platform = 'twitch' and period = '{}' and period_start = '{}' and rank <= 10
    """
    page = opening("/how_sure_are_we/")
    page.sees("Complete crawls", f"{sql(complete):,}")
    page.sees("± hours watched", f"{sql(error.format(*LAST_7)):.2%}", number=1)
    page.sees("Why it stopped", "deadline", number=2)
    page.choose("Period", "Day")
    page.sees("± hours watched", f"{sql(error.format('day', '2026-02-09')):.2%}", number=1)
    page.choose("Show", "All")
    expect(page.table().get_by_text("40 rows")).to_be_visible()
    page.choose("Platform", "history")
    page.sees("Complete crawls", f"{sql(complete):,}")
