"""Compares the hand-written script's tables with the marts, row by row by key and figure by figure."""

from pathlib import Path

import duckdb

# those of what crawls see, which is all that the script reads
MARTS_OF_PLATFORMS = """
    select table_name from duckdb_columns()
    where database_name = current_database() and schema_name = 'marts' and column_name = 'platform'
    order by table_name
"""
RANKING = ("platform", "period", "period_start")
KEYS = {
    "crawls": ("platform", "observed_at"),
    "games": ("platform", "game_id"),
    "games_across_platforms": (*RANKING, "game_id"),
    "games_now": ("platform", "game_id"),
    "hourly_activity": ("platform", "hour_at"),
    "live_now": ("platform", "stream_id"),
    "monthly_activity": ("platform", "month"),
    "rank_follower_growth": (*RANKING, "genre", "streamer_id"),
    "rank_games": (*RANKING, "game_id"),
    "rank_genres": (*RANKING, "genre"),
    "rank_languages": (*RANKING, "language"),
    "rank_publishers": (*RANKING, "publisher"),
    "rank_streamers": (*RANKING, "streamer_id"),
    "rank_tags": (*RANKING, "tag"),
    "sessions": ("platform", "session_id"),
    "streamer_activity": ("platform", "period", "streamer_id"),
    "streamers": ("platform", "streamer_id"),
}
TOLERANCE = 1e-9


def differences(warehouse: Path, file: Path) -> tuple[int, list[str]]:
    """Return how many rows were compared, and one sentence for each mart that differs in any row."""
    rows, found = 0, []
    with duckdb.connect(warehouse, read_only=True) as connection:
        connection.execute(f"attach '{file}' as by_hand (read_only)")
        for (mart,) in connection.execute(MARTS_OF_PLATFORMS).fetchall():
            if mart not in KEYS:
                found.append(f"{mart}: its key is not known to this benchmark")
                continue
            compared, sentence = _mart(connection, mart)
            rows += compared
            found += [sentence] if sentence else []
    return rows, found


def _mart(connection: duckdb.DuckDBPyConnection, mart: str) -> tuple[int, str]:
    ours, theirs = columns_of(connection, f"marts.{mart}"), columns_of(connection, f"by_hand.marts.{mart}")
    if list(ours) != list(theirs):
        return 0, f"{mart}: the columns differ: {', '.join(ours)} and {', '.join(theirs)}"
    keys = KEYS[mart]
    wrong = {column: is_wrong(column, ours[column]) for column in ours if column not in keys}
    # a repeated key makes more pairs than rows, which the counts show
    rows, by_hand, pairs, only_ours, only_theirs, *counts = connection.execute(f"""
        select (select count(*) from marts.{mart}), (select count(*) from by_hand.marts.{mart}),
            count(*), count_if(theirs.{keys[0]} is null), count_if(ours.{keys[0]} is null)
            {"".join(f", count_if(ours.platform = theirs.platform and {one})" for one in wrong.values())}
        from marts.{mart} as ours
        full join by_hand.marts.{mart} as theirs using ({", ".join(keys)})
    """).fetchone()
    faults = {name: count for name, count in zip(wrong, counts, strict=True) if count}
    if rows == by_hand == pairs and not only_ours and not only_theirs and not faults:
        return rows, ""
    told = ", ".join(f"{name} in {count:,}" for name, count in faults.items()) or "no column"
    return rows, (
        f"{mart}: {rows:,} rows, by hand {by_hand:,}, of them {only_ours:,} and {only_theirs:,} that the "
        f"other lacks; differing: {told}"
    )


def columns_of(connection: duckdb.DuckDBPyConnection, table: str) -> dict[str, str]:
    """Return the types of a table's columns by their names."""
    return {row[0]: row[1] for row in connection.execute(f"describe {table}").fetchall()}


def is_wrong(column: str, kind: str) -> str:
    """Return SQL that is true where `ours` and `theirs` have not the same in a column of this type."""
    ours, theirs = f"ours.{column}", f"theirs.{column}"
    if kind != "DOUBLE":
        return f"{ours} is distinct from {theirs}"
    near = f"abs({ours} - {theirs}) <= {TOLERANCE} * greatest(abs({ours}), 1)"
    return f"not coalesce({near}, {ours} is null and {theirs} is null)"
