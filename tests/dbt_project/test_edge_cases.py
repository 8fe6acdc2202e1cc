"""Input at the edges of the definitions, with numbers worked by hand: one warehouse, one build."""

from datetime import date, datetime
from math import sqrt

import duckdb
import pytest

from tests.dbt_project.making.edge_worlds import EARLIER
from tests.dbt_project.making.warehouses import mart_rows
from tests.ingestion.landed_crawls import START

OCTOBER = date(2026, 10, 1)


@pytest.fixture(scope="module")
def streamers(edges) -> dict[tuple, dict]:
    return mart_rows(edges, "rank_streamers", 4)


@pytest.fixture(scope="module")
def months(edges) -> dict[tuple, dict]:
    return mart_rows(edges, "monthly_activity", 2)


def test_a_stream_that_outlives_a_day_without_crawls_counts_from_the_midnight_before_the_next(streamers):
    # The 7th: 3 crawls x 300 s. The 9th at 9:00: live throughout, 32,400 s since midnight; at 9:05: 300 s.
    first = streamers["outage", "day", date(2026, 10, 7), "7"]
    assert (first["hours_broadcast"], first["hours_watched"]) == (900 / 3600, 9000 / 3600)
    third = streamers["outage", "day", date(2026, 10, 9), "7"]
    assert (third["hours_broadcast"], third["hours_watched"]) == (32700 / 3600, 327000 / 3600)
    assert not [key for key in streamers if key[:3] == ("outage", "day", date(2026, 10, 8))]
    assert streamers["outage", "month", OCTOBER, "7"]["active_days"] == 2


def test_a_stream_that_began_before_the_first_crawl_after_an_outage_counts_from_its_start(streamers):
    # Started at 8:50, seen at 9:00 after a long gap: 600 s + half a cadence; then 300 s.
    assert streamers["outage", "day", date(2026, 10, 9), "8"]["hours_broadcast"] == (600 + 150 + 300) / 3600


def test_coverage_of_a_day_after_an_outage_is_what_its_crawls_stand_for(streamers):
    # The 9th: 300 s after the long gap and 300 s, of the 32,700 s up to the newest crawl.
    assert streamers["outage", "day", date(2026, 10, 9), "7"]["coverage"] == 600 / 32700
    assert streamers["outage", "day", date(2026, 10, 7), "7"]["coverage"] == 900 / 86400


def test_a_day_without_crawls_ends_the_last_seven_days_no_earlier(streamers):
    # The 9th is still running, so the window is [2nd, 9th): of it only the 7th was seen.
    row = streamers["outage", "last_7_days", date(2026, 10, 2), "7"]
    assert (row["period_end"], row["hours_broadcast"]) == (date(2026, 10, 9), 900 / 3600)
    assert ("outage", "last_7_days", date(2026, 10, 2), "8") not in streamers


def test_a_stream_with_one_id_is_cut_48_hours_after_its_own_start_across_a_day_without_crawls(edges):
    # It began at 9:00 on the 7th, so what was seen at 9:00 and 9:05 on the 9th is another session.
    rows = mart_rows(edges, "sessions", 2)
    sessions = [row for (platform, _), row in rows.items() if platform == "outage"]
    first, second = sorted(
        (row for row in sessions if row["streamer_id"] == "7"), key=lambda row: row["started_at"]
    )
    assert len(sessions) == 3
    assert (first["airtime_hours"], second["airtime_hours"]) == (900 / 3600, 32700 / 3600)
    # Last seen at 10:10; the second has no start of the platform's own.
    assert (first["started_at"], first["duration_hours"]) == (EARLIER, 4200 / 3600)
    assert (second["started_at"], second["duration_hours"]) == (datetime(2026, 10, 9, 9), 300 / 3600)


def test_rows_that_cannot_be_count_nowhere_and_stop_no_build(edges, months):
    month = months["impossible", date(2026, 3, 1)]
    assert (month["unique_streamers"], month["peak_viewers"]) == (3, 40)
    live = [stream_id for platform, stream_id in mart_rows(edges, "live_now", 2) if platform == "impossible"]
    assert sorted(live) == ["s0", "s6", "s7"]
    assert mart_rows(edges, "crawls", 2)["impossible", START]["rejected"] == 0


@pytest.mark.parametrize("mart", ["live_now", "rank_streamers", "streamer_activity", "sessions", "streamers"])
def test_a_streamer_is_named_by_name_else_login_else_id_in_every_mart(edges, mart):
    with duckdb.connect(edges.warehouse, read_only=True) as warehouse:
        query = f"select distinct streamer_id, streamer_name from marts.{mart} where platform = 'impossible'"
        named = dict(warehouse.execute(query).fetchall())
    assert named == {"u0": "Name0", "u6": "login6", "u7": "u7"}


def test_a_month_with_one_crawl_counts_one_cadence_for_each_stream(months, streamers):
    # 2 x 300 s; (10 + 20) x 300 viewer-seconds; covered 300 s of the 14.5 days before the crawl.
    month = months["once", OCTOBER]
    assert month["hours_broadcast"] == 600 / 3600
    assert month["hours_watched"] == 9000 / 3600
    assert (month["average_viewers"], month["average_channels"], month["viewers_per_channel"]) == (30, 2, 15)
    assert (month["peak_viewers"], month["peak_channels"], month["unique_streamers"]) == (30, 2, 2)
    assert (month["is_closed"], month["coverage"]) == (False, 300 / 1252800)
    # No day is closed, so the newest stands in: [9th, 16th).
    assert streamers["once", "last_7_days", date(2026, 10, 9), "8"]["rank"] == 1


def test_a_streamer_without_a_game_counts_as_no_category(edges, streamers):
    games = mart_rows(edges, "rank_games", 4)
    none = games["kinds", "month", OCTOBER, "(no category)"]
    # 10 viewers x 600 s
    assert (none["hours_watched"], none["rank"]) == (6000 / 3600, None)
    assert streamers["kinds", "month", OCTOBER, "1"]["main_game"] == "(no category)"
    ranks = {key[3]: row["rank"] for key, row in games.items() if key[:3] == ("kinds", "month", OCTOBER)}
    assert ranks == {"split": 1, "chatting": 2, "unheard": 3, "(no category)": None}


@pytest.mark.parametrize("mart", ["rank_publishers", "rank_genres"])
def test_games_without_metadata_stay_in_the_totals_without_a_rank(edges, mart):
    rows = {k[3]: r for k, r in mart_rows(edges, mart, 4).items() if k[:3] == ("kinds", "month", OCTOBER)}
    # 10, 20 and 30 viewers x 600 s
    for name, viewers in (("(no category)", 10), ("(unknown)", 20), ("(not a game)", 30)):
        assert (rows[name]["hours_watched"], rows[name]["rank"]) == (viewers * 600 / 3600, None)
    # 100 viewers in all
    assert rows["(unknown)"]["share"] == 0.2
    # 40 viewers x 600 s = 24,000, one genre, two publishers with a half each
    named = {name: (row["hours_watched"], row["rank"]) for name, row in rows.items() if name[0] != "("}
    halves = {"Apex": (12000 / 3600, 1), "Soil": (12000 / 3600, 1)}
    assert named == (halves if mart == "rank_publishers" else {"Shooter": (24000 / 3600, 1)})


def test_the_only_streamer_of_a_platform_has_every_first_rank_and_all_of_it(streamers, months):
    day = streamers["alone", "day", date(2026, 10, 8), "7"]
    ranks = ("rank", "previous_rank", "rank_by_hours_broadcast", "rank_by_average_viewers")
    assert [day[rank] for rank in ranks] == [1, 1, 1, 1]
    assert (day["rank_change"], day["share"], day["is_closed"]) == (0, 1, True)
    assert streamers["alone", "day", date(2026, 10, 7), "7"]["previous_rank"] is None
    # The first crawl: 300 s; 10:05: 300 s; the next day began at 10:00: 0 s + 150 s; 10:05: 300 s.
    month = months["alone", OCTOBER]
    assert (month["hours_broadcast"], month["sessions"]) == (1050 / 3600, 2)
    assert (month["top_100_share"], month["top_10000_share"]) == (1, 1)


def test_streams_that_nobody_watches_have_airtime_and_no_share(streamers, months):
    rows = [streamers["empty", "month", OCTOBER, who] for who in ("7", "8")]
    for row in rows:
        assert (row["hours_broadcast"], row["hours_watched"]) == (600 / 3600, 0)
        assert (row["average_viewers"], row["peak_viewers"], row["rank"]) == (0, 0, 1)
        assert (row["share"], row["hours_watched_error"]) == (None, 0)
        # The first crawl has no gap: 2 x 300² twelfths; the second saw a stream that was live throughout: 0.
        assert row["hours_broadcast_error"] == pytest.approx(sqrt(2 * 300**2 / 12) / 3600, rel=1e-12)
    assert (months["empty", OCTOBER]["average_viewers"], months["empty", OCTOBER]["average_channels"]) == (
        0,
        2,
    )
    assert months["empty", OCTOBER]["top_100_share"] is None


def test_followers_that_fall_are_a_loss(edges):
    growth = mart_rows(edges, "rank_follower_growth", 5)
    seven, eight = (growth["falling", "month", OCTOBER, "(all)", who] for who in ("7", "8"))
    # The base of 7 is September's last count, three days before October: 400 - 1200.
    assert (seven["follower_base"], seven["followers_gained"]) == (1200, -800)
    assert seven["follower_growth"] == -800 / 1200
    # 8 was first counted in October: 900 - 1000.
    assert (eight["follower_base_at"], eight["followers_gained"]) == (datetime(2026, 10, 2), -100)
    assert [(row["rank"], row["rank_by_gained"]) for row in (eight, seven)] == [(1, 1), (2, 2)]


def test_a_stream_that_never_changes_is_live_under_its_title_after_a_fortnight(edges):
    [row] = [row for key, row in mart_rows(edges, "live_now", 2).items() if key[0] == "endless"]
    assert (row["observed_at"], row["streamer_name"]) == (datetime(2026, 10, 21, 10), "Name7")
    assert (row["title"], row["tags"], row["game_name"]) == ("On and on", ["Marathon"], "Game1")


def test_a_leap_day_belongs_to_february(streamers, months):
    # 28th: first crawl, 300 s. 29th: began 300 s before, 300 + 150 s; then 300 s. 1 March: 60 + 150 s.
    day = streamers["leap", "day", date(2028, 2, 29), "7"]
    assert (day["hours_broadcast"], day["period_end"]) == (750 / 3600, date(2028, 3, 1))
    february = months["leap", date(2028, 2, 1)]
    assert (february["hours_broadcast"], february["is_closed"]) == (1050 / 3600, True)
    # 3 crawls x 300 s of 29 days
    assert february["coverage"] == 900 / (29 * 86400)
    assert months["leap", date(2028, 3, 1)]["hours_broadcast"] == 210 / 3600
    # [31 January, 1 March) are 30 days in a leap year.
    assert streamers["leap", "last_30_days", date(2028, 1, 31), "7"]["hours_broadcast"] == 1050 / 3600


def test_a_week_across_the_year_change_is_one_week_in_two_years(streamers, months):
    # 7: 300 s at 23:55; at 0:05 the whole short gap, 600 s. 8: the same gap, 600 s.
    monday, new_year = date(2026, 12, 28), date(2027, 1, 1)
    week = streamers["newyear", "week", monday, "7"]
    assert (week["period_end"], week["hours_broadcast"]) == (date(2027, 1, 4), 900 / 3600)
    assert (week["active_days"], week["sessions"]) == (2, 1)
    assert streamers["newyear", "week", monday, "8"]["hours_broadcast"] == 600 / 3600
    old, new = (streamers["newyear", "year", date(year, 1, 1), "7"] for year in (2026, 2027))
    assert [row["hours_broadcast"] for row in (old, new)] == [300 / 3600, 600 / 3600]
    assert [row["sessions"] for row in (old, new)] == [1, 0]
    assert [row["is_closed"] for row in (old, new)] == [True, False]
    # 600 s each: 7 and 8 share the first place of 2027; 7 was alone in 2026.
    assert (new["rank"], new["previous_rank"], new["rank_change"]) == (1, 1, 0)
    assert months["newyear", new_year]["hours_broadcast"] == 1200 / 3600
    assert not [key for key in streamers if key[:3] == ("newyear", "week", new_year)]
