"""Reddit: everything lies in `data`, and lists in `data.children`."""

from typing import Any

from tests.ingestion.sources.recorded.shape import Recorded


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
