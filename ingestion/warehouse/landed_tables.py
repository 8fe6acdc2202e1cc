"""The tables of `raw` that come from landed files: their columns and the SQL that reads them.

Each query sees `files` (FILE_SCHEMA, one row per landed file of its kind), `landed` (the files'
rows, with `filename`), `known_details` and `parsed_..`; raw keeps the source's own column names.
"""

import pyarrow as pa

from ingestion.arrow import TEXT, TIME, WHOLE
from ingestion.sources.answers import SCHEMAS, TRACKED
from ingestion.warehouse.landed_table import LandedTable

# Content-addressed: equal names, game, title and tags give an equal id, whatever the order of loading.
_DETAILS_ID = """
    cast(md5_number_lower(concat_ws(
        chr(31), landed.user_id, coalesce(landed.user_login, ''), coalesce(landed.user_name, ''),
        coalesce(landed.game_id, ''), coalesce(landed.game_name, ''), coalesce(landed.title, ''),
        coalesce(chr(30) || array_to_string(landed.tags, chr(30)), '')
    )) >> 1 as bigint) as details_id
"""

_LEDGER = "select file_name, kind, platform, rows from files"

LANDED_FILES = LandedTable(
    "landed_files",
    {"file_name": TEXT, "kind": TEXT, "platform": TEXT, "rows": WHOLE},
    dict.fromkeys(
        ("crawl", "rejected", "followers", "names", "streamers", "games", TRACKED, "chat"), _LEDGER
    ),
)

CRAWLS = LandedTable(
    "crawls",
    {
        "platform": TEXT,
        "observed_at": TIME,
        "finished_at": TIME,
        "cadence_seconds": WHOLE,
        "is_live": pa.bool_(),
        "is_complete": pa.bool_(),
        "stop_reason": TEXT,
        "pages": WHOLE,
        "streams": WHOLE,
        "doubles": WHOLE,
        "points_used": WHOLE,
        "found_by_id": WHOLE,
        "rejected": WHOLE,
        "file_name": TEXT,
    },
    {
        "crawl": """
            select platform, observed_at, finished_at, cadence_seconds, true as is_live, is_complete,
                stop_reason, pages, streams, doubles, points_used, found_by_id,
                coalesce(rejected, 0) as rejected, file_name
            from files
        """,
        "streamers": """
            select files.platform, landed.observed_at, cast(null as timestamp) as finished_at,
                any_value(files.cadence_seconds) as cadence_seconds, false as is_live, true as is_complete,
                'import' as stop_reason, cast(null as bigint) as pages, count(*) as streams,
                cast(null as bigint) as doubles, cast(null as bigint) as points_used,
                cast(null as bigint) as found_by_id, cast(null as bigint) as rejected, files.file_name
            from landed
            inner join files on landed.filename = files.path
            group by files.platform, files.file_name, landed.observed_at
        """,
    },
)

OBSERVATIONS = LandedTable(
    "observations",
    {
        "platform": TEXT,
        "observed_at": TIME,
        "id": TEXT,
        "user_id": TEXT,
        "game_id": TEXT,
        "language": TEXT,
        "viewer_count": WHOLE,
        "started_at": TIME,
        "details_id": WHOLE,
    },
    {
        "crawl": f"""
            select files.platform, cast(files.observed_at as timestamp) as observed_at, landed.id,
                landed.user_id, landed.game_id, landed.language, landed.viewer_count, landed.started_at,
                {_DETAILS_ID}
            from landed
            inner join files on landed.filename = files.path
        """
    },
)

STREAM_DETAILS = LandedTable(
    "stream_details",
    {
        "platform": TEXT,
        "observed_at": TIME,
        "id": TEXT,
        "details_id": WHOLE,
        "user_id": TEXT,
        "user_login": TEXT,
        "user_name": TEXT,
        "game_id": TEXT,
        "game_name": TEXT,
        "title": TEXT,
        "tags": pa.list_(TEXT),
    },
    {
        "crawl": f"""
            with firsts as (
                select files.platform, min(cast(files.observed_at as timestamp)) as observed_at,
                    date_trunc('day', cast(files.observed_at as timestamp)) as day, landed.id,
                    {_DETAILS_ID}, any_value(landed.user_id) as user_id,
                    any_value(landed.user_login) as user_login, any_value(landed.user_name) as user_name,
                    any_value(landed.game_id) as game_id,
                    nfc_normalize(any_value(landed.game_name)) as game_name,
                    any_value(landed.title) as title, any_value(landed.tags) as tags
                from landed
                inner join files on landed.filename = files.path
                group by all
            )
            select firsts.*
            from firsts
            anti join known_details
                on firsts.platform = known_details.platform
                and firsts.id = known_details.id
                and firsts.details_id = known_details.details_id
                and firsts.observed_at >= known_details.observed_at
                and firsts.day = date_trunc('day', known_details.observed_at)
        """
    },
)

REJECTED_STREAMS = LandedTable(
    "rejected_streams",
    {"platform": TEXT, "observed_at": TIME, "id": TEXT, "reason": TEXT, "row_json": TEXT},
    {
        "rejected": """
            select files.platform, files.observed_at, landed.id, landed.reason, landed.row_json
            from landed
            inner join files on landed.filename = files.path
        """
    },
)

FOLLOWERS = LandedTable(
    "followers",
    {"platform": TEXT, "user_id": TEXT, "follower_count": WHOLE, "observed_at": TIME},
    {
        "followers": """
            select files.platform, landed.user_id, landed.follower_count, landed.observed_at
            from landed
            inner join files on landed.filename = files.path
        """
    },
)

USER_NAMES = LandedTable(
    "user_names",
    {"platform": TEXT, "user_id": TEXT, "user_login": TEXT, "user_name": TEXT, "observed_at": TIME},
    {
        "names": """
            select files.platform, landed.user_id, landed.user_login, landed.user_name, landed.observed_at
            from landed
            inner join files on landed.filename = files.path
        """
    },
)

HISTORY_STREAMERS = LandedTable(
    "history_streamers",
    {
        "platform": TEXT,
        "username": TEXT,
        "timestamp": WHOLE,
        "observed_at": TIME,
        "game": TEXT,
        "viewers": WHOLE,
        "followers": WHOLE,
    },
    {
        "streamers": """
            select files.platform, landed.username, landed.timestamp, landed.observed_at, landed.game,
                landed.viewers, landed.followers
            from landed
            inner join files on landed.filename = files.path
        """
    },
)

HISTORY_GAMES = LandedTable(
    "history_games",
    {
        "platform": TEXT,
        "game": TEXT,
        "release_date": pa.date32(),
        "publisher": TEXT,
        "genre": TEXT,
        "imported_at": TIME,
        "file_name": TEXT,
    },
    {
        "games": """
            select files.platform, landed.game, landed.release_date, landed.publisher, landed.genre,
                files.imported_at, files.file_name
            from landed
            inner join files on landed.filename = files.path
        """
    },
)

CHAT_LINES = LandedTable(
    "chat_lines",
    {"platform": TEXT, "received_at": TIME, "connection": TEXT, "kind": TEXT, "line": TEXT},
    {
        "chat": """
            select files.platform, landed.received_at, landed.connection, landed.kind,
                -- what is no UTF-8 is kept byte by byte, as \\xFF
                coalesce(try(decode(landed.payload)), cast(landed.payload as varchar)) as line
            from landed
            inner join files on landed.filename = files.path
        """
    },
)

TRACKED_TABLES = tuple(
    LandedTable(
        name,
        {field.name: field.type for field in schema},
        {TRACKED: f"select {', '.join(schema.names)} from parsed_{name}"},
    )
    for name, schema in SCHEMAS.items()
)

LANDED_TABLES = (
    LANDED_FILES,
    CRAWLS,
    OBSERVATIONS,
    STREAM_DETAILS,
    REJECTED_STREAMS,
    FOLLOWERS,
    USER_NAMES,
    HISTORY_STREAMERS,
    HISTORY_GAMES,
    CHAT_LINES,
    *TRACKED_TABLES,
)
