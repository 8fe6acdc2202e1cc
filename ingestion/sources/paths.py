"""Finds values in JSON by JSONPath, as in `statistics.viewCount`, `data[0].id` and `'a.b'.c`."""

from functools import lru_cache
from typing import Annotated, Any

from jsonpath_ng import JSONPath
from jsonpath_ng.exceptions import JSONPathError
from jsonpath_ng.ext.parser import parse
from pydantic import AfterValidator


def _checked(path: str) -> str:
    try:
        _compiled(path)
    except JSONPathError as error:
        raise ValueError(f"{path!r} is no path such as statistics.views ({error})") from None
    return path


JsonPath = Annotated[str, AfterValidator(_checked)]


@lru_cache(maxsize=4096)
def _compiled(path: str) -> JSONPath:
    return parse(path)


def find_all(value: Any, path: str) -> list[Any]:
    """Return all that is at a path; a null that is there is None."""
    return [match.value for match in _compiled(path).find(value)]


def find(value: Any, path: str) -> Any:
    """Return the first that is at a path, None where there is nothing."""
    return next(iter(find_all(value, path)), None)
