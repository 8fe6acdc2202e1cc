"""Pandas' answers to the three questions, with memory pruned: text as categories, narrow integers.

Without the pruning 50 million rows with two columns of text need several times the memory. The rows
are in the order of time, as a collector writes them, so first and last need no sorting.
"""

import sys
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from benchmarks.three_questions.contest import DEPTH, Answers, Contest, calendar, months

WEEK = 7 * 86400


def main(tables: Path, folder: Path) -> None:
    """Read the tables of `tables`, sum up by day, ask."""
    contest = Contest(folder)
    with contest.step("load"):
        path = tables / "streamers.parquet"
        arrow = pq.read_table(path, read_dictionary=["username", "game"])
        streamers = arrow.to_pandas(split_blocks=True, self_destruct=True)
        del arrow
        streamers = streamers.astype({"timestamp": "int32", "viewers": "int32", "followers": "int32"})
        games = pd.read_parquet(tables / "games.parquet")
    with contest.step("build"):
        streamers["day"] = (streamers["timestamp"] // 86400).astype("int16")
        days = pd.DataFrame(calendar(), columns=["day", "month", "quarter"])
        by_day = (
            streamers.groupby(["username", "day", "game"], observed=True, sort=False)["viewers"]
            .agg(minutes="size", viewer_minutes="sum")
            .reset_index()
            .merge(days, on="day")
            .astype({"game": "str", "username": "str", "viewer_minutes": "int64"})
        )
        readings = _readings(streamers, days)
    with contest.step("questions"):
        answers = Answers(_months(by_day), _growth(by_day, readings, games), _publishers(by_day, games))
    contest.end(answers)


def _readings(streamers: pd.DataFrame, days: pd.DataFrame) -> pd.DataFrame:
    """Return each streamer's first and last reading of each month; indexed by month and username."""
    columns = ["username", "day", "timestamp", "followers"]
    if not streamers["timestamp"].is_monotonic_increasing:
        streamers = streamers.sort_values("timestamp")
    ends = [
        streamers.drop_duplicates(["username", "day"], keep=keep)[columns]
        .merge(days, on="day")
        .drop_duplicates(["username", "month"], keep=keep)
        .astype({"username": "str"})
        .set_index(["month", "username"])[["timestamp", "followers"]]
        for keep in ("first", "last")
    ]
    return ends[0].add_suffix("_first").join(ends[1].add_suffix("_last"))


def _months(by_day: pd.DataFrame) -> list[list]:
    found = by_day.groupby("month").agg(streamers=("username", "nunique"), minutes=("minutes", "sum"))
    return [[month, int(row.streamers), int(row.minutes) * 60] for month, row in found.iterrows()]


def _growth(by_day: pd.DataFrame, readings: pd.DataFrame, games: pd.DataFrame) -> list[list]:
    shooters = set(games.loc[games["genre"] == "FPS", "game"])
    minutes = by_day.assign(shooter=by_day["minutes"].where(by_day["game"].isin(shooters), 0))
    airtime = minutes.groupby(["month", "username"])[["minutes", "shooter"]].sum()
    found = readings.loc[readings.index.isin(airtime[2 * airtime["shooter"] > airtime["minutes"]].index)]
    found = found.reset_index().merge(
        pd.DataFrame(months(), columns=["month", "previous_month", "start_at"]), on="month"
    )
    earlier = readings[["timestamp_last", "followers_last"]].add_suffix("_before")
    found = found.join(earlier, on=["previous_month", "username"])
    is_near = found["timestamp_last_before"] >= found["start_at"] - WEEK
    found["base"] = found["followers_last_before"].where(is_near, found["followers_first"]).astype("int64")
    base_at = found["timestamp_last_before"].where(is_near, found["timestamp_first"])
    found = found[(found["base"] >= 100) & (base_at < found["timestamp_last"])].copy()
    found["gained"] = found["followers_last"] - found["base"]
    found["growth"] = found["gained"] / found["base"]
    found["rank"] = found.groupby("month")["growth"].rank(method="min", ascending=False).astype("int64")
    columns = ["month", "rank", "username", "base", "gained", "growth"]
    return found.loc[found["rank"] <= DEPTH, columns].to_numpy(dtype=object).tolist()


def _publishers(by_day: pd.DataFrame, games: pd.DataFrame) -> list[list]:
    publishers = games[["game", "publisher"]].drop_duplicates()
    publishers["sharers"] = publishers.groupby("game")["publisher"].transform("size")
    watched = by_day.groupby(["quarter", "game"], as_index=False)["viewer_minutes"].sum()
    watched = watched.merge(publishers, on="game", how="left").fillna(
        {"publisher": "(unknown)", "sharers": 1}
    )
    watched["seconds"] = watched["viewer_minutes"] * 60 // watched["sharers"].astype("int64")
    found = watched.groupby(["quarter", "publisher"], as_index=False)["seconds"].sum()
    is_known = found["publisher"] != "(unknown)"
    ranks = found[is_known].groupby("quarter")["seconds"].rank(method="min", ascending=False)
    found["rank"] = ranks.astype("int64").reindex(found.index).astype(object)
    found["rank"] = found["rank"].where(is_known, None)
    rows = found[["quarter", "rank", "publisher", "seconds"]].to_numpy(dtype=object).tolist()
    return [
        [quarter, None if publisher == "(unknown)" else int(rank), publisher, seconds]
        for quarter, rank, publisher, seconds in rows
    ]


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
