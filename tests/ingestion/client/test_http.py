"""Tests of the transport: what is repeated, how long it waits, what it says when it gives up."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from ingestion.client import bucket, http
from ingestion.client.http import ApiError, Transport
from ingestion.client.pacing import Pacer
from ingestion.clock import Deadline, epoch_seconds
from tests.ingestion.fake_twitch import FakeTwitch, answer, cut_off, not_json
from tests.ingestion.loopback import Clock, Web

PATH = "/helix/streams"
FINE = {"data": []}


@pytest.fixture
def pacer(clock: Clock) -> Pacer:
    return Pacer(clock.now, clock.sleep)


@pytest.fixture
def transport(pacer: Pacer, clock: Clock) -> Transport:
    return Transport(pacer, Deadline(clock.now, clock.sleep))


@pytest.mark.parametrize(
    "fault",
    [answer(429), answer(500), answer(502), answer(503), answer(504), not_json, cut_off],
    ids=["429", "500", "502", "503", "504", "half a JSON document", "cut off"],
)
def test_a_passing_failure_is_repeated(
    fault, web: Web, twitch: FakeTwitch, transport: Transport, pacer: Pacer
):
    twitch.faults[PATH] = [fault, fault, answer(200, FINE)]

    assert transport.json("GET", f"{web.url}{PATH}") == FINE
    assert len(twitch.requests) == pacer.points_used == 3


@contextmanager
def _dropping_server(drops: int) -> Iterator[str]:
    def serve() -> None:
        for number in range(drops + 1):
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                if number == drops:
                    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnull")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
        thread.join()


def test_a_connection_dropped_without_an_answer_is_repeated(transport: Transport, pacer: Pacer):
    with _dropping_server(drops=2) as url:
        assert transport.json("GET", url) is None
    assert pacer.points_used == 3


def test_the_first_503_is_repeated_at_once_and_the_next_backs_off(
    web: Web, twitch: FakeTwitch, transport: Transport, clock: Clock
):
    twitch.faults[PATH] = [answer(503), answer(503), answer(503), answer(200, FINE)]

    transport.json("GET", f"{web.url}{PATH}")

    assert clock.slept[0] == 0
    assert 2 <= clock.slept[1] <= 3
    assert 4 <= clock.slept[2] <= 5


def test_a_429_waits_until_the_reset(web: Web, twitch: FakeTwitch, transport: Transport, clock: Clock):
    reset = int(epoch_seconds(clock.now())) + 30
    twitch.faults[PATH] = [answer(429, headers={"Ratelimit-Reset": str(reset)}), answer(200, FINE)]

    transport.json("GET", f"{web.url}{PATH}")

    assert reset <= epoch_seconds(clock.now()) < reset + 1


def test_the_wait_for_a_reset_is_bounded(web: Web, twitch: FakeTwitch, transport: Transport, clock: Clock):
    far = int(epoch_seconds(clock.now())) + 86_400
    twitch.faults[PATH] = [answer(429, headers={"Ratelimit-Reset": str(far)}), answer(200, FINE)]

    transport.json("GET", f"{web.url}{PATH}")

    assert max(clock.slept) <= bucket.LONGEST_WAIT_SECONDS


def test_a_lasting_failure_is_given_up_after_six_attempts(
    web: Web, twitch: FakeTwitch, transport: Transport, clock: Clock
):
    twitch.faults[PATH] = [answer(500)] * 10

    with pytest.raises(ApiError) as caught:
        transport.json("GET", f"{web.url}{PATH}")

    assert (caught.value.reason, caught.value.status) == ("HTTP 500", 500)
    assert len(twitch.requests) == 6
    assert sum(clock.slept) < 60


@pytest.mark.parametrize("status", [302, 400, 403, 404, 418])
def test_other_failures_are_not_repeated(status: int, web: Web, twitch: FakeTwitch, transport: Transport):
    twitch.faults[PATH] = [answer(status, {"message": "no\nsuch  thing"})]

    with pytest.raises(ApiError, match=rf"GET 127.0.0.1:\d+{PATH}: HTTP {status} \(no such thing\)"):
        transport.json("GET", f"{web.url}{PATH}?x=1")
    assert len(twitch.requests) == 1


def test_a_server_that_is_not_there_is_an_error_without_the_url_s_password(transport: Transport):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    with pytest.raises(ApiError) as caught:
        transport.json("GET", f"http://somebody:hidden@127.0.0.1:{port}/x")

    assert caught.value.reason == "connection refused"
    assert str(caught.value) == f"GET 127.0.0.1:{port}/x: connection refused"


@pytest.mark.parametrize(
    ("proxy", "said"),
    [
        ("http://me:hidden@127.0.0.1:{port}", "(HTTP_PROXY, HTTPS_PROXY or ALL_PROXY): connection refused"),
        ("socks5://me:hidden@127.0.0.1:{port}", "ALL_PROXY) is a SOCKS proxy, which is not supported"),
    ],
)
def test_a_proxy_that_does_not_work_is_named(
    proxy: str, said: str, transport: Transport, monkeypatch: pytest.MonkeyPatch
):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    monkeypatch.setenv("HTTP_PROXY", proxy.format(port=port))
    monkeypatch.setenv("NO_PROXY", "")
    with pytest.raises(ApiError) as caught:
        transport.json("GET", "http://192.0.2.1/x")
    assert str(caught.value).startswith(f"GET 192.0.2.1/x: the proxy 127.0.0.1:{port} (HTTP_PROXY")
    assert str(caught.value).endswith(said)


def test_a_url_that_is_none_is_not_tried_twice(transport: Transport, pacer: Pacer):
    with pytest.raises(ApiError, match="MissingSchema"):
        transport.json("GET", "no-url")
    assert pacer.points_used == 1


def test_what_the_server_says_is_cleared_of_secrets(web: Web, twitch: FakeTwitch, transport: Transport):
    twitch.faults[PATH] = [answer(400, {"message": "bad sesame"})]

    with pytest.raises(ApiError, match=r"bad \*\*\*"):
        transport.json("GET", f"{web.url}{PATH}", secrets=("sesame",))


def test_a_server_that_never_answers_is_given_up(transport: Transport, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(http, "READ_SECONDS", 0.02)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        with pytest.raises(ApiError, match="ReadTimeout"):
            transport.json("GET", url)


def test_a_redirect_is_not_followed(web: Web, twitch: FakeTwitch, transport: Transport):
    twitch.faults[PATH] = [answer(307, headers={"Location": f"{web.url}/helix/users"})]
    with pytest.raises(ApiError, match="HTTP 307"):
        transport.json("POST", f"{web.url}{PATH}", data={"client_secret": "x"})
    assert len(twitch.requests) == 1
