"""The page that describes the API, in a real browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Request


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        yield context.new_page()


@pytest.fixture(scope="module")
def opened(page, url) -> tuple[Page, list[Request], list[str]]:
    requests, faults = [], []
    page.on("request", lambda request: requests.append(request))
    page.on("requestfailed", lambda request: faults.append(f"{request.url} failed"))
    page.on("response", lambda answer: faults.append(answer.url) if answer.status >= 400 else None)
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{url}/docs")
    page.wait_for_selector(".opblock")
    return page, requests, faults


def test_the_page_lists_every_route_without_an_error_or_a_foreign_request(opened, url):
    page, requests, faults = opened
    page.wait_for_load_state("networkidle")
    assert page.locator(".opblock").count() == 24
    assert "airtime" in page.locator(".info .title").inner_text()
    assert faults == []
    assert {request.url for request in requests if not request.url.startswith((url, "data:"))} == set()
    assert len(requests) >= 3


def test_a_question_can_be_asked_on_the_page(opened, url, rows):
    page, requests, faults = opened
    block = page.locator("#operations-rankings-rank_streamers")
    block.locator(".opblock-summary").click()
    block.locator("tr[data-param-name=limit] input").fill("3")
    block.locator("button.execute").click()
    shown = block.locator(".live-responses-table .highlight-code").first
    shown.wait_for()
    leader = rows("/v1/rankings/streamers", limit=3)[0]
    assert f'"streamer_id": "{leader["streamer_id"]}"' in shown.inner_text()
    assert faults == []
    assert {request.url for request in requests if not request.url.startswith((url, "data:"))} == set()
