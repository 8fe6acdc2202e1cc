"""Rankings, metadata and entities, each by a case worked by hand."""

from datetime import date, datetime, timedelta

from tests.reference.definitions.measures import ranks
from tests.reference.definitions.metadata import facts
from tests.reference.marts import marts
from tests.reference.worlds.small import PLATFORM, crawl, live_world, observation
from tests.reference.worlds.world import HelixGame, HistoryRow, IgdbGame, MetadataRow, User, World, epoch

NOON = datetime(2019, 6, 15, 12)
TODAY = NOON.date()


def igdb(igdb_id: str, *publishers: str) -> IgdbGame:
    return IgdbGame(igdb_id, list(publishers), [], [], [], None)


def test_equal_values_share_a_rank_and_leave_a_gap():
    assert ranks({"a": 5, "b": 7, "c": 5, "d": 1}) == {"b": 1, "a": 2, "c": 2, "d": 4}


def test_a_games_time_is_split_over_its_publishers_but_not_its_peak():
    games = [HelixGame("1", "Game1", "501"), HelixGame("2", "Game2", "502"), HelixGame("3", "Game3", "503")]
    known = [igdb("501", "Apex", "Soil", "Trio"), igdb("502", "Apex"), igdb("503")]
    rows = [
        observation(
            NOON, streamer_id=str(index), stream_id=f"s{index}", game_id=game_id, viewer_count=viewers
        )
        for index, (game_id, viewers) in enumerate([("1", 100), ("1", 1), ("2", 9), ("3", 4), ("4", 5)])
    ]
    result = marts(live_world([crawl(NOON)], rows, helix_games=games, igdb_games=known))["rank_publishers"]
    day = {key[3]: row for key, row in result.items() if key[1] == "day"}
    assert set(day) == {"Apex", "Soil", "Trio", "(unknown)"}
    assert day["Soil"]["hours_watched"] == 10100 / 3600
    assert day["Apex"]["hours_watched"] == 12800 / 3600
    assert day["Apex"]["hours_broadcast"] == 500 / 3600
    assert (day["Apex"]["peak_viewers"], day["Apex"]["peak_channels"], day["Apex"]["unique_streamers"]) == (
        110,
        3,
        3,
    )
    assert [day[name]["rank"] for name in ("Apex", "Soil", "Trio", "(unknown)")] == [1, 2, 2, None]
    assert day["(unknown)"]["hours_watched"] == 9 * 300 / 3600
    assert day["(unknown)"]["share"] == 9 / 119


def test_pseudo_categories_are_listed_take_no_place_and_survive_the_cut():
    rows = [
        observation(
            NOON, streamer_id=str(index), stream_id=f"s{index}", game_id=game_id, viewer_count=viewers
        )
        for index, (game_id, viewers) in enumerate([("", 900), ("509658", 800), ("1", 9), ("1", 8), ("2", 5)])
    ]
    games = [HelixGame("1", "Game1", "501"), HelixGame("2", "Game2", "502"), HelixGame("509658", "Game3", "")]
    world = live_world(
        [crawl(NOON)], rows, helix_games=games, igdb_games=[igdb("501", "Apex"), igdb("502", "Soil")]
    )
    result = marts(world, ranking_depth=1)
    publishers = {key[3]: row["rank"] for key, row in result["rank_publishers"].items() if key[1] == "day"}
    assert publishers == {"(no category)": None, "(not a game)": None, "Apex": 1}
    found = {
        key[3]: (row["rank"], row["game_name"])
        for key, row in result["rank_games"].items()
        if key[1] == "day"
    }
    assert found == {"(no category)": (None, "(no category)"), "509658": (1, "Game509658"), "1": (2, "Game1")}


def test_average_viewers_of_a_game_divide_by_the_covered_hours():
    crawls = [crawl(NOON + timedelta(seconds=300 * index)) for index in range(4)]
    world = live_world(crawls, [observation(one.observed_at, viewer_count=10) for one in crawls[:2]])
    result = marts(world)
    game = result["rank_games"][PLATFORM, "day", TODAY, "1"]
    assert (game["average_viewers"], game["average_channels"], game["viewers_per_channel"]) == (5, 0.5, 10)
    assert result["rank_streamers"][PLATFORM, "day", TODAY, "7"]["average_viewers"] == 10


def test_ratios_are_null_where_no_time_was_sampled():
    midnight = datetime(2019, 6, 15)
    crawls = [crawl(midnight - timedelta(hours=1)), crawl(midnight)]
    started = midnight - timedelta(hours=3)
    result = marts(live_world(crawls, [observation(midnight, started_at=started)]))
    row = result["rank_streamers"][PLATFORM, "day", TODAY, "7"]
    assert (row["hours_broadcast"], row["average_viewers"], row["share"]) == (0, None, None)
    game = result["rank_games"][PLATFORM, "day", TODAY, "1"]
    assert (game["average_viewers"], game["viewers_per_channel"], game["peak_viewers"]) == (0, None, 10)


def test_names_follow_the_id_and_language_the_newest_observation():
    later = NOON + timedelta(seconds=300)
    rows = [observation(NOON, name="Old", language="de"), observation(later, name="New", language=None)]
    rows.append(observation(NOON, streamer_id="8", stream_id="s2", name="New"))
    users = [User("7", "partner")]
    result = marts(live_world([crawl(NOON), crawl(later)], rows, users=users))
    row = result["rank_streamers"][PLATFORM, "day", TODAY, "7"]
    assert (row["streamer_name"], row["language"], row["broadcaster_type"]) == ("New", None, "partner")
    assert result["rank_streamers"][PLATFORM, "day", TODAY, "8"]["broadcaster_type"] is None
    assert result["streamers"][PLATFORM, "7"] == {
        "streamer_name": "New",
        "streamer_login": "login7",
        "first_seen_at": NOON,
        "last_seen_at": later,
        "earlier_names": ["Old"],
        "earlier_logins": [],
    }


def test_the_main_game_has_most_viewer_seconds_then_airtime_then_the_first_name():
    def main_game(*stretches: tuple[str, int]) -> str:
        crawls = [crawl(NOON + timedelta(seconds=300 * index)) for index in range(len(stretches))]
        rows = [
            observation(one.observed_at, game_id=game_id, viewer_count=viewers)
            for one, (game_id, viewers) in zip(crawls, stretches, strict=True)
        ]
        return marts(live_world(crawls, rows))["rank_streamers"][PLATFORM, "day", TODAY, "7"]["main_game"]

    assert main_game(("1", 5), ("1", 5), ("2", 11)) == "Game2"
    assert main_game(("1", 10), ("2", 5), ("2", 5)) == "Game2"
    assert main_game(("2", 5), ("1", 5)) == "Game1"
    assert main_game(("", 9), ("1", 5)) == "(no category)"


def test_previous_ranks_and_hours_come_from_the_adjacent_period_before_the_cut():
    days = [NOON, NOON + timedelta(days=1)]
    viewers = {"7": (1, 90), "8": (50, 10), "9": (20, None)}
    rows = [
        observation(
            at, streamer_id=name, stream_id=f"{name}{index}", game_id=name, viewer_count=counts[index]
        )
        for name, counts in viewers.items()
        for index, at in enumerate(days)
        if counts[index] is not None
    ]
    world = live_world([crawl(at) for at in days], rows)
    game = marts(world, ranking_depth=1)["rank_games"][PLATFORM, "day", date(2019, 6, 16), "7"]
    assert (game["rank"], game["previous_rank"], game["rank_change"]) == (1, 3, 2)
    assert game["previous_hours_watched"] == 300 / 3600
    month = marts(world)["rank_games"][PLATFORM, "month", date(2019, 6, 1), "7"]
    assert (month["previous_rank"], month["previous_hours_watched"]) == (None, None)


def test_a_newer_file_replaces_all_rows_of_its_games():
    rows = [
        MetadataRow("history", "Duel", 86400, "Apex", "FPS", 1),
        MetadataRow("history", "Duel", 86400, "Soil", "FPS", 1),
        MetadataRow("history", "Farm", 86400, "Soil", "Simulation", 1),
        MetadataRow("history", "Duel", 0, "Trio", "Racing", 2),
    ]
    known = facts(World("history", 60, metadata=rows))
    assert (known["Duel"].publishers, known["Duel"].genres, known["Duel"].release_date) == (
        {"Trio"},
        {"Racing"},
        date(1970, 1, 1),
    )
    assert known["Farm"].publishers == {"Soil"}


def test_of_an_imported_tick_the_last_row_wins():
    start = epoch(NOON)
    rows = [(0, 50, "Duel"), (30, 10, "Farm"), (30, 10, "Duel"), (30, 9, "Kart"), (60, 7, "Duel")]
    history = [
        HistoryRow("history", "ana", start + second, game, viewers, None) for second, viewers, game in rows
    ]
    day = marts(World("history", 60, history=history))["rank_games"]
    assert {key[3]: row["hours_watched"] for key, row in day.items() if key[1] == "day"} == {
        "Farm": 10 * 60 / 3600,
        "Duel": 7 * 60 / 3600,
    }
    assert set(marts(World("history", 60, history=history))["crawls"]) == {
        ("history", NOON),
        ("history", NOON + timedelta(minutes=1)),
    }


def test_an_observation_belongs_to_the_local_day_and_an_hour_is_an_hour():
    crawls = [
        crawl(datetime(2019, 3, 30, 22, 59, 59) + timedelta(seconds=300 * index)) for index in range(288)
    ]
    rows = [observation(one.observed_at, viewer_count=2) for one in crawls]
    result = marts(live_world(crawls, rows), timezone="Europe/Berlin")
    days = {key[2]: row for key, row in result["rank_streamers"].items() if key[1] == "day"}
    assert days[date(2019, 3, 30)]["hours_broadcast"] == 300 / 3600
    assert days[date(2019, 3, 31)]["hours_broadcast"] == 23.0
    assert days[date(2019, 3, 31)]["coverage"] == 1
