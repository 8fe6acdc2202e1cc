"""The same rows as JSON, CSV and Arrow, compressed, unchanged and by HEAD."""

import csv
import gzip
import io

import orjson
import pyarrow as pa
import pytest
import requests

from tests.serving.api.marts import streamer_id
from tests.serving.api.serving_api import as_json

PATHS = [
    "/v1/rankings/streamers?platform=twitch&limit=1000",
    "/v1/rankings/games",
    "/v1/live",
    "/v1/streamers?limit=1000",
    f"/v1/streamers/{streamer_id(0)}",
    "/v1/periods",
    "/v1/crawls",
]
ARROW = "application/vnd.apache.arrow.stream"


def in_csv(value: object) -> str:
    if isinstance(value, list):
        return orjson.dumps(value).decode()
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


@pytest.mark.parametrize("path", PATHS)
def test_csv_has_the_rows_of_json(get, path):
    data = get(path).json()["data"]
    response = get(path, headers={"Accept": "text/csv"})
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8; header=present"
    assert response.headers["Content-Disposition"].endswith('.csv"')
    header, *rows = csv.reader(io.StringIO(response.content.decode(), newline=""))
    assert header == list(data[0])
    assert rows == [[in_csv(value) for value in row.values()] for row in data]


@pytest.mark.parametrize("path", PATHS)
def test_arrow_has_the_rows_of_json_and_the_meta(get, path):
    answer = get(path).json()
    response = get(path, headers={"Accept": ARROW})
    assert response.headers["Content-Type"] == ARROW
    table = pa.ipc.open_stream(response.content).read_all()
    rows = [{name: as_json(value) for name, value in row.items()} for row in table.to_pylist()]
    assert rows == answer["data"]
    assert orjson.loads(table.schema.metadata[b"meta"]) == answer["meta"]


def test_no_answer_has_a_number_that_json_has_not(get, sql):
    (hidden,) = sql("select count(*) as n from marts.rank_streamers where not isfinite(hours_watched)")
    assert hidden["n"] > 10
    text = get(PATHS[0]).text
    assert not any(word in text for word in ("NaN", "nan", "Infinity", "inf,", "inf}"))


@pytest.mark.parametrize(
    ("accept", "found"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "application/json"),
        ("text/csv;q=0.5, application/json;q=0.4", "text/csv"),
        ("text/*", "text/csv"),
        (f"{ARROW}, text/csv;q=0.9", ARROW),
        ("application/json;q=0, */*", "text/csv"),
        ("text/csv;q=nan, application/json;q=.1", "application/json"),
    ],
)
def test_accept_is_weighed(get, accept, found):
    response = get("/v1/crawls", headers={"Accept": accept})
    assert response.headers["Content-Type"].partition(";")[0] == found


def test_the_parameter_wins_over_accept(get):
    response = get("/v1/crawls?format=csv", headers={"Accept": "image/png"})
    assert response.headers["Content-Type"].startswith("text/csv")


def test_what_nobody_offers_is_a_406(get):
    response = get("/v1/crawls", headers={"Accept": "image/png"})
    assert response.status_code == 406
    assert "text/csv" in response.json()["detail"]


@pytest.mark.parametrize("path", ["/v1/crawls", "/v1/crawls?format=csv", "/v1/crawls?format=arrow"])
@pytest.mark.parametrize("coding", ["gzip", "identity"])
def test_what_is_unchanged_is_not_sent_again(get, path, coding):
    headers = {"Accept-Encoding": coding}
    first = get(path, headers=headers)
    etag = first.headers["ETag"]
    assert etag.startswith('"') and first.headers["Vary"] == "Accept, Accept-Encoding"
    assert first.headers["Cache-Control"] == "no-cache"
    for known in (etag, f'"other", {etag}', f"W/{etag}", "*"):
        again = get(path, headers={**headers, "If-None-Match": known})
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", etag)
    other = get(path, headers={**headers, "If-None-Match": '"other"'})
    assert (other.status_code, other.content) == (200, first.content)


def test_every_representation_has_its_own_etag(get):
    tags = [
        get(f"/v1/crawls?format={name}", headers={"Accept-Encoding": coding}).headers["ETag"]
        for name in ("json", "csv", "arrow")
        for coding in ("gzip", "identity")
    ]
    assert len(set(tags)) == 6


def test_an_etag_does_not_make_an_error_an_unchanged_answer(get):
    etag = get("/v1/crawls").headers["ETag"]
    for path, status in (("/v1/streamers/nobody", 404), ("/v1/crawls?limit=0", 422), ("/v1/no", 404)):
        assert get(path, headers={"If-None-Match": etag}).status_code == status
        assert get(path, headers={"If-None-Match": "*"}).status_code == status


def test_a_compressed_answer_is_the_same_answer(get):
    path = "/v1/crawls?limit=99"
    plain = get(path, headers={"Accept-Encoding": "identity"})
    packed = get(path, headers={"Accept-Encoding": "gzip"}, stream=True)
    body = packed.raw.read(decode_content=False)
    assert packed.headers["Content-Encoding"] == "gzip" and "Content-Encoding" not in plain.headers
    assert len(body) < len(plain.content) / 3
    assert gzip.decompress(body) == plain.content
    refused = get(path, headers={"Accept-Encoding": "gzip;q=0, br"})
    assert "Content-Encoding" not in refused.headers


def test_head_is_get_without_the_body(url, get):
    for path in ("/v1/crawls", "/health", "/docs", "/v1/no"):
        whole = get(path, headers={"Accept-Encoding": "identity"})
        head = requests.head(url + path, headers={"Accept-Encoding": "identity"}, timeout=10)
        assert (head.status_code, head.content) == (whole.status_code, b"")
        for name in ("Content-Type", "Content-Length", "ETag"):
            assert head.headers.get(name) == whole.headers.get(name)


def test_the_next_page_is_in_the_link_of_every_format(get):
    following = get("/v1/crawls?limit=2").json()["meta"]["next"]
    for name in ("json", "csv", "arrow"):
        link = get(f"/v1/crawls?limit=2&format={name}").links["next"]["url"]
        assert link.replace(f"&format={name}", "").replace(f"format={name}&", "") == following
    assert "next" not in get("/v1/crawls?limit=1000").links


def test_every_answer_names_its_version(get, published, sql):
    (publication,) = sql("from meta.publication")
    for path in PATHS:
        response = get(path)
        assert response.headers["Airtime-Version"] == publication["version"]
        assert response.json()["meta"]["version"] == publication["version"]
