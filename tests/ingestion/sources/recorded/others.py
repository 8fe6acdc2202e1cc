"""Kaggle, Twitch and Kick: bare lists, durations in text, logins, channels that are offline."""

from tests.ingestion.sources.recorded.shape import Recorded

KAGGLE = [
    Recorded(
        "kaggle.notebook",
        ["ann/sunspots"],
        "/kernels/list",
        [("user", "ann"), ("search", "sunspots"), ("pageSize", "100")],
        [
            {"ref": "ann/sunspots-2", "title": "Sunspots 2", "totalVotes": 99},
            {"ref": "ann/sunspots", "titleNullable": "Sunspots", "author": "Ann", "totalVotes": 4},
        ],
        {("ann/sunspots", "votes"): 4},
        {"title": "Sunspots"},
    ),
    Recorded(
        "kaggle.dataset",
        ["ann/spots"],
        "/datasets/list",
        [("user", "ann"), ("search", "spots"), ("pageSize", "100")],
        [
            {
                "ref": "ann/spots",
                "title": "Spots",
                "url": "u",
                "viewCount": 8,
                "voteCount": 2,
                "downloadCount": 1,
            }
        ],
        {("ann/spots", "views"): 8, ("ann/spots", "votes"): 2, ("ann/spots", "downloads"): 1},
        {"url": "u"},
    ),
    Recorded(
        "kaggle.dataset",
        ["ann/nothing"],
        "/datasets/list",
        [("user", "ann"), ("search", "nothing"), ("pageSize", "100")],
        [],
        {("ann/nothing", name): None for name in ("views", "votes", "downloads")},
    ),
]
TWITCH = [
    Recorded(
        "twitch.clip",
        ["Slug-x", "Gone"],
        "/clips",
        [("id", "Gone"), ("id", "Slug-x")],
        {
            "data": [
                {"id": "Slug-x", "view_count": 31, "title": "Ha", "broadcaster_name": "Ann", "duration": 12.9}
            ]
        },
        {("Slug-x", "views"): 31, ("Gone", "views"): None},
        {"title": "Ha", "duration": 12.9},
    ),
    Recorded(
        "twitch.video",
        ["335"],
        "/videos",
        [("id", "335")],
        {"data": [{"id": "335", "view_count": 1863062, "duration": "3h8m33s", "title": "T", "user_id": "1"}]},
        {("335", "views"): 1863062, ("335", "seconds"): 11313},
        {"user_id": "1"},
    ),
    Recorded(
        "twitch.stream",
        ["Ann", "bo"],
        "/streams",
        [("user_login", "ann"), ("user_login", "bo"), ("first", "100")],
        {"data": [{"user_id": "1", "user_login": "ann", "user_name": "Ann", "viewer_count": 78365}]},
        {("ann", "viewers"): 78365, ("bo", "viewers"): 0},
        {"user_id": "1"},
    ),
    Recorded(
        "twitch.user-past-dec",
        ["1"],
        "/videos",
        [("user_id", "1"), ("first", "20")],
        {
            "data": [
                {"view_count": 1, "duration": "1m", "user_name": "Ann"},
                {"view_count": 2, "duration": "1h1m1s"},
                {"view_count": 6, "duration": "10s"},
            ]
        },
        {
            ("1", "count"): 3,
            ("1", "views_mean"): 3,
            ("1", "views_median"): 2,
            ("1", "views_std"): 2.160247,
            ("1", "seconds_mean"): 1243.666667,
            ("1", "seconds_median"): 60,
            ("1", "seconds_std"): 1709.434669,
        },
        {"user_name": "Ann"},
    ),
    Recorded(
        "twitch.user-past-dec",
        ["2"],
        "/videos",
        [("user_id", "2"), ("first", "20")],
        {"data": []},
        {("2", "count"): 0}
        | {("2", f"{of}_{stat}"): None for of in ("views", "seconds") for stat in ("mean", "median", "std")},
    ),
]
OTHERS = [
    Recorded(
        "kick.channel",
        ["ann", "bo"],
        "/v1/channels",
        [("slug", "ann"), ("slug", "bo")],
        {
            "data": [
                {"broadcaster_user_id": 1, "slug": "ann", "stream": {"is_live": True, "viewer_count": 20}},
                {"slug": "bo", "stream": None, "active_subscribers_count": 4},
            ],
            "message": "OK",
        },
        {
            ("ann", "viewers"): 20,
            ("ann", "subscribers"): None,
            ("bo", "viewers"): 0,
            ("bo", "subscribers"): 4,
        },
        {"user_id": 1},
    ),
]
