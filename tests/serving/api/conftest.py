"""One published copy and one server for all tests that change neither."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.serving.api.marts import publish_marts
from tests.serving.api.serving_api import asked_by_sql, served


@pytest.fixture(scope="session")
def published(tmp_path_factory) -> Path:
    return publish_marts(tmp_path_factory.mktemp("api"))


@pytest.fixture(scope="session")
def url(published) -> Iterator[str]:
    with served(published) as address:
        yield address


@pytest.fixture(scope="session")
def get(url) -> Iterator[Callable[..., requests.Response]]:
    with requests.Session() as session:
        yield lambda path, **options: session.get(url + path, timeout=30, **options)


@pytest.fixture(scope="session")
def rows(get) -> Callable[..., list[dict[str, Any]]]:
    """Return the rows of an answer that has to be one."""

    def answer(path: str, **parameters: object) -> list[dict[str, Any]]:
        response = get(path, params=parameters)
        assert response.status_code == 200, response.text
        return response.json()["data"]

    return answer


@pytest.fixture(scope="session")
def sql(published) -> Callable[..., list[dict[str, Any]]]:
    return lambda query, *values: asked_by_sql(published, query, *values)
