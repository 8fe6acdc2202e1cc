"""Every ranking, number by number against SQL on the published copy."""

import pytest

from serving.api.rankings import path_of
from serving.catalogue import RANKINGS, Ranking
from tests.serving.api.marts import GENRES, PERIODS

NEWEST_DAYS = "period_start in ('2026-11-21', '2019-01-07')"
IN_FPS = "period = 'last_7_days' and genre = 'FPS'"
ORDER = "order by rank nulls last, {names}, platform"


def order_of(ranking: Ranking) -> str:
    return ORDER.format(names=", ".join(ranking.keys))


@pytest.mark.parametrize("ranking", RANKINGS.values(), ids=RANKINGS)
@pytest.mark.parametrize("period", PERIODS, ids=lambda period: f"{period[0]}-{period[1]}-{period[2]}")
def test_a_ranking_is_what_the_mart_says(rows, sql, ranking, period):
    platform, name, start, _ = period
    found = rows(f"/v1{path_of(ranking)}", platform=platform, period=name, start=start, limit=1000)
    condition = "and genre = '(all)'" if ranking.name == "follower_growth" else ""
    assert found == sql(
        f"from marts.{ranking.mart} where platform = ? and period = ? and period_start = ? {condition} "
        f"{order_of(ranking)}",
        platform,
        name,
        start,
    )
    assert len(found) > 10


def test_without_parameters_it_is_the_newest_7_days_of_each_platform(get, sql):
    answer = get("/v1/rankings/streamers").json()
    assert answer["data"] == sql(
        f"from marts.rank_streamers where period = 'last_7_days' {order_of(RANKINGS['streamers'])} limit 100"
    )
    assert {row["platform"] for row in answer["data"]} == {"twitch", "history"}
    assert [(found["platform"], found["period_start"]) for found in answer["meta"]["periods"]] == [
        ("history", "2019-01-01"),
        ("twitch", "2026-11-14"),
    ]


def test_without_a_start_it_is_the_newest_period(get):
    answer = get("/v1/rankings/streamers?platform=twitch&period=week").json()
    assert {row["period_start"] for row in answer["data"]} == {"2026-11-16"}
    assert answer["meta"]["periods"] == [
        {
            "platform": "twitch",
            "period": "week",
            "period_start": "2026-11-16",
            "period_end": "2026-11-23",
            "is_closed": False,
            "coverage": 0.5,
        }
    ]


def test_a_period_that_nobody_has_is_empty(get):
    answer = get("/v1/rankings/games?period=year").json()
    assert answer["data"] == answer["meta"]["periods"] == []


@pytest.mark.parametrize("ranking", ["games", "publishers", "genres", "languages", "tags"])
def test_what_has_no_rank_comes_last(rows, ranking):
    ranks = [row["rank"] for row in rows(f"/v1/rankings/{ranking}", platform="twitch")]
    ranked = [rank for rank in ranks if rank is not None]
    assert ranks == [*sorted(ranked), None, None]


@pytest.mark.parametrize("genre", GENRES)
def test_a_genre_has_its_own_follower_growth(rows, sql, genre):
    found = rows("/v1/rankings/follower-growth", genre=genre, platform="twitch", limit=1000)
    assert found == sql(
        "from marts.rank_follower_growth where platform = 'twitch' and period = 'last_7_days' and genre = ? "
        f"{order_of(RANKINGS['follower_growth'])}",
        genre,
    )


@pytest.mark.parametrize(
    ("path", "mart"),
    [
        ("/v1/rankings/streamers?limit=7", "rank_streamers where period = 'last_7_days'"),
        ("/v1/rankings/tags?limit=4&period=day", f"rank_tags where period = 'day' and {NEWEST_DAYS}"),
        ("/v1/rankings/follower-growth?limit=3&genre=FPS", f"rank_follower_growth where {IN_FPS}"),
        ("/v1/crawls?limit=13", "crawls"),
        ("/v1/streamers?limit=50", "streamers"),
    ],
)
def test_the_pages_together_are_everything_once(get, sql, path, mart):
    pages = []
    while path:
        answer = get(path).json()
        pages.append(answer["data"])
        assert answer["meta"]["count"] == len(answer["data"])
        path = answer["meta"]["next"]
    found = [row for page in pages for row in page]
    everything = sql(f"from marts.{mart}")
    assert len({len(page) for page in pages[:-1]}) == 1 and pages[-1]
    assert sorted(map(repr, found)) == sorted(map(repr, everything))


def test_the_next_page_keeps_the_period_of_the_first(get):
    meta = get("/v1/rankings/streamers?platform=twitch&limit=10").json()["meta"]
    assert meta["next"] == "/v1/rankings/streamers?limit=10&platform=twitch&start=2026-11-14&offset=10"


def test_the_periods_are_those_of_the_rankings_with_their_coverage(rows, sql):
    everything = rows("/v1/periods", limit=1000)
    assert sorted(map(repr, everything)) == sorted(
        map(
            repr,
            sql(
                "select distinct platform, period, period_start, period_end, is_closed, coverage "
                "from marts.rank_streamers"
            ),
        )
    )
    assert [row["period_start"] for row in rows("/v1/periods", platform="twitch", period="week")] == [
        "2026-11-16",
        "2026-11-09",
    ]
