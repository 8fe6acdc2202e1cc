"""Every named fault does over real HTTP what its name says, at its rate."""

import pytest
import requests

from simulator.faults.injected import Faults, UnknownFault
from simulator.server import serve
from tests.simulator.conftest import AT, CLIENT_ID, CLIENT_SECRET, Client, Clock


@pytest.fixture
def faulty(world, request):
    """A client of a simulator with these faults; parametrize indirectly with Faults' arguments."""
    clock = Clock()
    faults = Faults(**{"slow_seconds": 0.3, "clock": clock, **request.param})
    options = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "clock": clock, "layer": faults}
    with serve(world, **options) as served, requests.Session() as session:
        client = Client(served, session)
        client.login()
        client.faults = faults
        yield client


def always(*names: str, **options: object):
    rates = dict.fromkeys(names, 1.0)
    return pytest.mark.parametrize(
        "faulty", [{"rates": rates, **options}], indirect=True, ids=["-".join(names)]
    )


def _live(world) -> list[str]:
    return [stream.stream_id for stream in world.live(AT)]


def _ids(pages) -> list[str]:
    return [row["id"] for page in pages for row in page["data"]]


@always("doubles")
def test_doubles_come_twice_and_nothing_is_lost(faulty, world):
    ids = _ids(faulty.chain(first=50))
    assert set(ids) == set(_live(world)) and len(ids) > len(_live(world))


@always("misses")
def test_misses_leave_streams_out_and_one_asked_for_by_id_too(faulty, world):
    ids = _ids(faulty.chain(first=50))
    assert len(ids) == len(set(ids)) and set(ids) < set(_live(world))
    top = world.live(AT)[0]
    assert faulty.get("streams", user_id=top.streamer_id).json()["data"] == []


@always("looping_cursor")
def test_a_looping_cursor_leads_from_the_last_page_to_the_first(faulty, world):
    pages = faulty.chain(first=100)
    count = -(-len(_live(world)) // 100)
    rounds = [next(pages)["data"] for _ in range(2 * count)]
    assert [row["id"] for page in rounds[:count] for row in page] == _live(world)
    assert rounds[count:] == rounds[:count]


@always("ia_cursor")
def test_the_last_page_can_have_the_cursor_ia_which_leads_nowhere(faulty, world):
    pages, page = faulty.chain(first=100), {"pagination": {}}
    while page["pagination"].get("cursor") != "IA":
        page = next(pages)
    assert page["data"][-1]["id"] == _live(world)[-1]
    assert faulty.get("streams", after="IA").status_code == 400


@always("short_pages")
def test_short_pages_are_40_to_60_percent_and_the_chain_is_whole(faulty, world):
    pages = list(faulty.chain(first=50))
    assert all(20 <= len(page["data"]) <= 30 for page in pages[:-1])
    assert _ids(pages) == _live(world)


@always("empty_pages", skip_calls=1, most=1)
def test_empty_pages_never_end_once_they_have_begun(faulty):
    pages = faulty.chain(first=20)
    assert len(next(pages)["data"]) == 20
    assert [next(pages)["data"] for _ in range(6)] == [[]] * 6


@always("nulls")
def test_nulls_stand_where_there_may_be_nothing(faulty, world):
    rows = [row for page in faulty.chain(first=100) for row in page["data"]]
    assert [row["id"] for row in rows] == _live(world)
    fields = ("game_id", "game_name", "title", "tags", "language")
    assert all(any(row[name] is None for name in fields) for row in rows)


@always("unknown_games")
def test_some_streams_are_in_a_game_that_get_games_does_not_know(faulty):
    rows = faulty.get("streams", first=100).json()["data"]
    unknown = {row["game_id"] for row in rows if row["game_name"] == "Not Yet Listed"}
    assert len(unknown) == 1
    assert faulty.get("games", id=list(unknown)).json() == {"data": []}


@always("new_fields")
def test_new_fields_come_without_notice(faulty):
    body = faulty.get("streams").json()
    assert "trace" in body and all({"viewer_mood", "co_streamers"} <= set(row) for row in body["data"])


@pytest.mark.parametrize(
    ("faulty", "status", "error"),
    [
        ({"rates": {"429": 1.0}}, 429, "Too Many Requests"),
        ({"rates": {"500": 1.0}}, 500, "Internal Server Error"),
        ({"rates": {"503": 1.0}}, 503, "Service Unavailable"),
        ({"rates": {"401": 1.0}}, 401, "Unauthorized"),
    ],
    indirect=["faulty"],
)
def test_an_error_has_its_status_and_body_on_every_helix_call(faulty, status, error):
    for call in ("streams", "users"):
        answer = faulty.get(call, id="1")
        assert answer.status_code == status
        assert (answer.json()["error"], answer.json()["status"]) == (error, status)
    assert faulty.mint().status_code == 200
    assert ("Ratelimit-Reset" in answer.headers) == (status == 429)


@always("invalid_cursor")
def test_a_good_cursor_can_be_called_invalid_in_mid_chain(faulty):
    page = faulty.get("streams").json()
    answer = faulty.get("streams", after=page["pagination"]["cursor"])
    assert (answer.status_code, answer.json()["message"]) == (400, "invalid cursor")


@always("slow")
def test_a_slow_answer_is_late_and_good(faulty, world):
    answer = faulty.get("streams", first=100)
    assert answer.elapsed.total_seconds() >= 0.3
    assert answer.json()["data"][0]["id"] == _live(world)[0]


@always("hanging")
def test_a_hanging_call_never_answers_and_does_not_hold_up_the_end(faulty):
    with pytest.raises(requests.ReadTimeout):
        faulty.session.get(f"{faulty.served.helix_url}/streams", timeout=0.3)


@always("dropped")
def test_a_dropped_call_ends_without_a_byte(faulty):
    with pytest.raises(requests.ConnectionError):
        faulty.get("streams")


@always("truncated")
def test_a_truncated_answer_is_shorter_than_it_announces(faulty):
    with pytest.raises(
        (requests.ConnectionError, requests.exceptions.ChunkedEncodingError), match="IncompleteRead"
    ):
        faulty.get("streams")


@always("trickling")
def test_a_trickling_answer_comes_in_drops_and_whole(faulty, world):
    begun = faulty.session.get(f"{faulty.served.helix_url}/streams?first=1", timeout=10, stream=True)
    drops = [begun.raw.read1(65536)]
    while len(drops) < 4:
        drops.append(begun.raw.read1(65536))
    assert all(0 < len(drop) < 100 for drop in drops)
    assert begun.raw.length_remaining > 0
    begun.close()


@always("500", skip_calls=2, most=3)
def test_faults_begin_and_end_when_told(faulty):
    assert [faulty.get("games", id="1").status_code for _ in range(7)] == [200, 200, 500, 500, 500, 200, 200]
    assert faulty.faults.hits == {"500": 3}


@pytest.mark.parametrize("faulty", [{"rates": {"500": 0.3, "doubles": 0.5}}], indirect=True)
def test_rates_are_shares_of_the_calls_and_the_same_for_the_same_seed(faulty):
    statuses = [faulty.get("streams", first=1).status_code for _ in range(120)]
    assert 18 <= statuses.count(500) <= 54
    assert faulty.faults.hits["500"] == statuses.count(500)
    assert 24 <= faulty.faults.hits["doubles"] <= 60


@pytest.mark.parametrize("rates", [{"zebra": 0.1}, {"500": 1.1}, {"500": -0.1}])
def test_an_unknown_fault_or_rate_is_refused_with_the_names(rates):
    with pytest.raises(UnknownFault, match="looping_cursor"):
        Faults(rates)
