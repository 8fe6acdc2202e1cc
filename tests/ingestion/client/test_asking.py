"""Tests of asking for many parts: several at once, and nothing lost when it ends early."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.client.asking import ask_all, in_parts
from ingestion.client.http import ApiError
from ingestion.clock import OutOfTime


@given(st.lists(st.integers()), st.integers(1, 8))
def test_every_part_is_asked_for_once(parts, at_once):
    asked = ask_all(parts, lambda part: -part, at_once=at_once)
    assert Counter(asked.answers) == Counter((part, -part) for part in parts)
    assert (asked.stopped, asked.problem) == ("", None)


def test_one_at_a_time_keeps_the_order():
    seen = []
    ask_all(range(50), seen.append)
    assert seen == list(range(50))


@pytest.mark.parametrize("error", [OutOfTime("points"), ApiError("GET x", "HTTP 500")])
def test_what_was_answered_before_the_end_is_kept(error):
    def ask(part: int) -> int:
        if part == 7:
            raise error
        return part

    asked = ask_all(range(100), ask, at_once=3)
    answered = [part for part, _ in asked.answers]
    assert set(range(5)) <= set(answered)
    assert 7 not in answered
    assert len(answered) < 20
    assert asked.problem is (error if isinstance(error, ApiError) else None)
    assert asked.stopped == str(error)


def test_a_bug_is_no_end_of_the_budget():
    with pytest.raises(ZeroDivisionError):
        ask_all([1, 0, 2], lambda part: 1 // part, at_once=2)


def test_progress_counts_the_answers():
    heard = []
    ask_all(["a", "b", "c"], str.upper, on_answer=heard.append)
    assert heard == [1, 2, 3]


@given(st.lists(st.integers()), st.integers(1, 10))
def test_parts_hold_everything_in_order(things, size):
    parts = in_parts(things, size)
    assert [thing for part in parts for thing in part] == things
    assert all(1 <= len(part) <= size for part in parts)
