"""Answers in the shapes that the services give, and the readings that they have to make: None is unknown."""

from typing import Any, NamedTuple


class Recorded(NamedTuple):
    """What is tracked, the call that has to come (path, parameters in order), its answer, the readings.

    `facts` is some of what has to be known of the first id; `found` are ids that the answer lists.
    """

    kind: str
    ids: list[str]
    path: str
    params: list[tuple[str, str]]
    answer: Any
    readings: dict[tuple[str, str], float | None]
    facts: dict[str, Any] = {}
    found: list[str] = []


VIDEO = {
    "id": "aaaaaaaaaaa",
    "snippet": {
        "publishedAt": "2026-01-01T00:00:00Z",
        "channelId": "UC1",
        "title": "A",
        "channelTitle": "Ann",
    },
    "statistics": {"viewCount": "12345678901", "likeCount": "7", "favoriteCount": "0", "commentCount": "0"},
}
HIDDEN = {
    "id": "Bbbbbbbbbb-",
    "snippet": {"title": "B"},
    "statistics": {"viewCount": "5", "favoriteCount": "0"},
}
LIVE = {
    "id": "aaaaaaaaaaa",
    "snippet": {"title": "Live", "channelId": "UC1", "channelTitle": "Ann", "liveBroadcastContent": "live"},
    "liveStreamingDetails": {"actualStartTime": "2026-11-26T18:00:00Z", "concurrentViewers": "812"},
    "statistics": {"viewCount": "100", "likeCount": "3"},
}
CHANNEL = {
    "id": "UC" + "a" * 22,
    "snippet": {"title": "Ann"},
    "statistics": {
        "viewCount": "9",
        "subscriberCount": "1230",
        "hiddenSubscriberCount": False,
        "videoCount": "2",
    },
}
SHY = {
    "id": "UC" + "b" * 22,
    "snippet": {"title": "Shy"},
    "statistics": {
        "viewCount": "1",
        "subscriberCount": "0",
        "hiddenSubscriberCount": True,
        "videoCount": "0",
    },
}
YOUTUBE = [
    Recorded(
        "youtube.video",
        ["aaaaaaaaaaa", "Bbbbbbbbbb-", "ccccccccccc"],
        "/videos",
        [("part", "snippet,statistics"), ("id", "Bbbbbbbbbb-,aaaaaaaaaaa,ccccccccccc"), ("key", "the-key")],
        {"items": [VIDEO, HIDDEN]},
        {
            ("aaaaaaaaaaa", "views"): 12345678901,
            ("aaaaaaaaaaa", "likes"): 7,
            ("aaaaaaaaaaa", "comments"): 0,
            ("Bbbbbbbbbb-", "views"): 5,
            ("Bbbbbbbbbb-", "likes"): None,
            ("Bbbbbbbbbb-", "comments"): None,
            ("ccccccccccc", "views"): None,
            ("ccccccccccc", "likes"): None,
            ("ccccccccccc", "comments"): None,
        },
        {"channel_title": "Ann", "published_at": "2026-01-01T00:00:00Z"},
    ),
    Recorded(
        "youtube.live",
        ["aaaaaaaaaaa", "Bbbbbbbbbb-"],
        "/videos",
        [
            ("part", "snippet,statistics,liveStreamingDetails"),
            ("id", "Bbbbbbbbbb-,aaaaaaaaaaa"),
            ("key", "the-key"),
        ],
        {"items": [LIVE, {**HIDDEN, "liveStreamingDetails": {"actualEndTime": "2026-11-26T19:00:00Z"}}]},
        {
            ("aaaaaaaaaaa", "viewers"): 812,
            ("aaaaaaaaaaa", "views"): 100,
            ("aaaaaaaaaaa", "likes"): 3,
            ("Bbbbbbbbbb-", "viewers"): None,
            ("Bbbbbbbbbb-", "views"): 5,
            ("Bbbbbbbbbb-", "likes"): None,
        },
        {"started_at": "2026-11-26T18:00:00Z"},
    ),
    Recorded(
        "youtube.channel",
        [CHANNEL["id"], SHY["id"]],
        "/channels",
        [("part", "snippet,statistics"), ("id", f"{CHANNEL['id']},{SHY['id']}"), ("key", "the-key")],
        {"items": [SHY, CHANNEL]},
        {
            (CHANNEL["id"], "views"): 9,
            (CHANNEL["id"], "subscribers"): 1230,
            (CHANNEL["id"], "videos"): 2,
            (SHY["id"], "views"): 1,
            (SHY["id"], "subscribers"): None,
            (SHY["id"], "videos"): 0,
        },
        {"title": "Ann"},
    ),
    # YouTube leaves the list out where it knows none of the ids
    Recorded(
        "youtube.channel",
        [SHY["id"]],
        "/channels",
        [("part", "snippet,statistics"), ("id", SHY["id"]), ("key", "the-key")],
        {"kind": "youtube#channelListResponse", "pageInfo": {"totalResults": 0}},
        {(SHY["id"], "views"): None, (SHY["id"], "subscribers"): None, (SHY["id"], "videos"): None},
    ),
    Recorded(
        "youtube.channel-monitor",
        [CHANNEL["id"]],
        "/playlistItems",
        [
            ("part", "snippet,contentDetails"),
            ("playlistId", "UU" + "a" * 22),
            ("maxResults", "50"),
            ("key", "the-key"),
        ],
        {"items": [{"snippet": {"title": "A"}, "contentDetails": {"videoId": "aaaaaaaaaaa"}}]},
        {},
        {},
        ["youtube.video,aaaaaaaaaaa,A,2026-03-29T10:00:00"],
    ),
]


def _reddit(**data: Any) -> dict[str, Any]:
    return {"kind": "t3", "data": data}


REDDIT = [
    Recorded(
        "reddit.post",
        ["1abc", "2def"],
        "/api/info.json",
        [("id", "t3_1abc,t3_2def")],
        {
            "kind": "Listing",
            "data": {"children": [_reddit(id="1abc", score=-3, upvote_ratio=0.33, author="ann")]},
        },
        {
            ("1abc", "score"): -3,
            ("1abc", "upvote_ratio"): 0.33,
            ("2def", "score"): None,
            ("2def", "upvote_ratio"): None,
        },
        {"author": "ann"},
    ),
    Recorded(
        "reddit.comment",
        ["k1"],
        "/api/info.json",
        [("id", "t1_k1")],
        {
            "data": {
                "children": [_reddit(id="k1", score=12, controversiality=1, body="No.", link_id="t3_1abc")]
            }
        },
        {("k1", "score"): 12, ("k1", "controversiality"): 1},
        {"body": "No."},
    ),
    Recorded(
        "reddit.subreddit",
        ["Python"],
        "/r/python/about.json",
        [],
        {"kind": "t5", "data": {"display_name": "Python", "subscribers": 1300000, "over18": False}},
        {("python", "subscribers"): 1300000, ("python", "active_users"): None},
        {"name": "Python", "over_18": False},
    ),
    Recorded(
        "reddit.user",
        ["ann"],
        "/user/ann/about.json",
        [],
        {
            "data": {
                "name": "ann",
                "awardee_karma": 1,
                "awarder_karma": 0,
                "comment_karma": 40,
                "link_karma": 2,
                "total_karma": 43,
            }
        },
        {
            ("ann", f"{name}_karma"): value
            for name, value in {"awardee": 1, "awarder": 0, "comment": 40, "link": 2, "total": 43}.items()
        },
        {"name": "ann"},
    ),
    Recorded(
        "reddit.subreddit-monitor",
        ["python"],
        "/r/python.json",
        [],
        {
            "data": {
                "children": [
                    _reddit(id="s1", title="Rules", stickied=True),
                    _reddit(id="p1", title="One, two", stickied=False),
                ]
            }
        },
        {},
        {},
        ['reddit.post,p1,"One, two",2026-03-29T10:00:00'],
    ),
    Recorded(
        "reddit.user-monitor",
        ["ann"],
        "/user/ann/submitted.json",
        [],
        {"data": {"children": [_reddit(id="p2", title="Mine")]}},
        {},
        {},
        ["reddit.post,p2,Mine,2026-03-29T10:00:00"],
    ),
]
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
RECORDED = [*YOUTUBE, *REDDIT, *KAGGLE, *TWITCH, *OTHERS]
