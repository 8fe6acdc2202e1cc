"""Tests of the rules that end a chain of pages."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.client.paging import BARREN_PAGES, EndDetector, Stop
from tests.ingestion.fake_twitch import stream, streams

SIZES = st.lists(st.integers(1, 100), min_size=1, max_size=12)


def _cut(sizes: list[int]) -> list[list[dict]]:
    rows = iter(streams(sum(sizes)))
    return [[next(rows) for _ in range(size)] for size in sizes]


def _run(pages: list[list[dict]], last_cursor: str = "more") -> tuple[int, Stop | None]:
    """Return how many pages a chain reads and why it stops; every page has a cursor."""
    chain = EndDetector(100, blank_cursor="IA")
    for number, rows in enumerate(pages):
        if chain.is_back_at_top(rows):
            return number, chain.at_tail("loop")
        stop = chain.judge(rows, last_cursor if number == len(pages) - 1 else "more")
        if stop:
            return number + 1, stop
    return len(pages), None


@settings(deadline=None)
@given(SIZES, st.data())
def test_a_list_with_short_and_a_few_empty_pages_is_read_to_its_end(sizes: list[int], data: st.DataObject):
    pages: list[list[dict]] = []
    for page in _cut(sizes):
        pages += [[]] * data.draw(st.integers(0, BARREN_PAGES - 1)) if pages else []
        pages.append(page)
    assert _run(pages, last_cursor="") == (len(pages), Stop("end", True))


@settings(deadline=None)
@given(SIZES)
def test_a_list_that_starts_again_after_its_tail_is_a_complete_loop(sizes: list[int]):
    pages = _cut(sizes)
    read, stop = _run(pages * 5)
    assert stop == Stop("loop", True)
    assert len(pages) <= read <= len(pages) + BARREN_PAGES


@settings(deadline=None)
@given(SIZES, st.randoms(use_true_random=False))
def test_a_list_that_is_not_sorted_is_read_to_its_end_as_long_as_ids_are_new(
    sizes: list[int], random: Random
):
    rows = streams(sum(sizes))
    random.shuffle(rows)
    order = iter(rows)
    pages = [[next(order) for _ in range(size)] for size in sizes]
    assert _run(pages, last_cursor="") == (len(pages), Stop("end", True))


def test_a_page_with_the_viewers_of_the_first_one_is_no_loop():
    pages = _cut([100, 100, 100])
    others = [stream(1000 + number, 280 - number) for number in range(100)]
    assert _run([*pages, others], last_cursor="") == (4, Stop("end", True))


def test_a_loop_is_known_by_its_ids_though_each_page_has_newcomers():
    pages = _cut([100] * 5)
    lap = [[*page[:90], *(stream(1000 + 100 * n + i, 9) for i in range(10))] for n, page in enumerate(pages)]
    assert _run([*pages, *lap]) == (5, Stop("loop", True))
    assert _run([*pages, *lap[1:]]) == (8, Stop("loop", True))


def test_a_loop_from_the_middle_of_the_list_is_not_the_end():
    pages = _cut([100, 100, 100, 100])
    assert _run([*pages[:2], pages[0]]) == (2, Stop("loop before the tail", False))


def test_a_page_that_comes_again_and_again_in_mid_list_is_not_the_end():
    pages = _cut([100, 100, 100])
    assert _run([*pages[:2], pages[1], pages[1], pages[1]]) == (5, Stop("loop before the tail", False))


def test_pages_that_stay_empty_are_never_believed_to_be_the_end():
    pages = _cut([100, 30])
    assert _run([*pages, [], [], [], []]) == (5, Stop("empty pages", False))


def test_an_empty_list_is_complete():
    assert _run([[]], last_cursor="") == (1, Stop("end", True))


def test_the_blank_cursor_is_the_end_after_the_tail_only():
    pages = _cut([100, 100])
    assert _run(pages, last_cursor="IA") == (2, Stop("blank cursor", True))
    assert _run(pages[:1], last_cursor="IA") == (1, Stop("blank cursor before the tail", False))


def test_a_stream_that_crossed_the_boundary_back_to_a_page_of_its_own_ends_nothing():
    pages = _cut([100, 100])
    assert _run([pages[0], pages[0][-1:], pages[1]], last_cursor="") == (3, Stop("end", True))


def test_a_list_without_viewer_counts_ends_at_its_first_page_again():
    page = [{"id": str(number)} for number in range(100)]
    assert _run([page, page]) == (1, Stop("loop", True))
