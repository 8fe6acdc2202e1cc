"""YouTube: numbers are text, what is hidden is absent, unknown ids are just not there."""

from tests.ingestion.sources.recorded.shape import Recorded

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
