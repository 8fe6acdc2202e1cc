"""What was said is in raw as it came, once, whenever and however often it is loaded."""

from datetime import timedelta
from itertools import islice

from ingestion.clock import utc_now
from ingestion.warehouse.load import load
from ingestion.warehouse.retention import forget_chat
from simulator.chat.server import serve_chat
from simulator.chat.talk import talk
from tests.ingestion.landed_crawls import rows_of
from tests.ingestion.listen.listening_to import home, listening, until, until_joined
from tests.ingestion.listen.test_listening import ROOMS

LINES = (
    "select line from raw.chat_lines where kind = 'line' and line like '%PRIVMSG%' order by received_at, line"
)


def test_every_line_is_in_raw_once_and_what_is_no_text_byte_by_byte(tmp_path):
    said = [(room, line) for room, line in islice(talk(ROOMS), 500) if b" PRIVMSG " in line]
    said.append(("ana", b":x!x@x PRIVMSG #ana :\xff\xfe"))
    with serve_chat(ROOMS) as chat:
        settings = home(tmp_path, chat, *ROOMS)
        with listening(settings) as listener:
            until_joined(listener, 3)
            for room, line in said:
                chat.say(room, line)
            until(lambda: listener.health().lines == len(chat.hearers[0].delivered))
    assert load(settings).files == 1
    assert load(settings).files == 0
    found = [row["line"] for row in rows_of(settings, LINES)]
    expected = [line.decode() for _, line in said[:-1]] + [":x!x@x PRIVMSG #ana :\\xFF\\xFE"]
    assert sorted(found) == sorted(expected)
    stays = rows_of(
        settings, "select kind, count(*) as many from raw.chat_lines where kind <> 'line' group by 1"
    )
    assert {row["kind"]: row["many"] for row in stays}.items() >= {
        "joined": 3,
        "left": 3,
        "opened": 1,
    }.items()


def test_what_was_said_is_forgotten_where_it_landed_and_in_raw_after_the_days_that_are_set(tmp_path):
    with serve_chat(ROOMS) as chat:
        settings = home(tmp_path, chat, "ana").model_copy(update={"chat_days": 2})
        with listening(settings) as listener:
            until_joined(listener, 1)
    load(settings)
    [landed] = (settings.landing / "chat").rglob("*.parquet")
    assert forget_chat(settings, utc_now() + timedelta(days=2)) == (0, 0)
    assert forget_chat(settings, utc_now() - timedelta(days=900)) == (0, 0)
    records, files = forget_chat(settings, utc_now() + timedelta(days=3))
    assert records > 10
    assert files == 1
    assert not landed.exists()
    assert rows_of(settings, LINES) == []
    assert load(settings).files == 0
    assert forget_chat(settings, utc_now() + timedelta(days=3)) == (0, 0)
