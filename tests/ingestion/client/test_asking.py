"""Tests of asking many questions: several at once, and nothing lost when it ends early."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.client.asking import ask_all, in_batches
from ingestion.client.http import ApiError
from ingestion.clock import OutOfTime


@given(st.lists(st.integers()), st.integers(1, 8))
def test_every_question_is_asked_once(questions, at_once):
    asked = ask_all(questions, lambda question: -question, at_once=at_once)
    assert Counter(asked.answers) == Counter((question, -question) for question in questions)
    assert (asked.stopped, asked.problem) == ("", None)


def test_one_at_a_time_keeps_the_order():
    seen = []
    ask_all(range(50), seen.append)
    assert seen == list(range(50))


@pytest.mark.parametrize("error", [OutOfTime("points"), ApiError("GET x", "HTTP 500")])
def test_what_was_answered_before_the_end_is_kept(error):
    def ask(question: int) -> int:
        if question == 7:
            raise error
        return question

    asked = ask_all(range(100), ask, at_once=3)
    answered = [question for question, _ in asked.answers]
    assert set(range(5)) <= set(answered)
    assert 7 not in answered
    assert len(answered) < 20
    assert asked.problem is (error if isinstance(error, ApiError) else None)
    assert asked.stopped == str(error)


def test_a_bug_is_no_end_of_the_budget():
    with pytest.raises(ZeroDivisionError):
        ask_all([1, 0, 2], lambda question: 1 // question, at_once=2)


def test_progress_counts_the_answers():
    heard = []
    ask_all(["a", "b", "c"], str.upper, on_answer=heard.append)
    assert heard == [1, 2, 3]


@given(st.lists(st.integers()), st.integers(1, 10))
def test_batches_hold_everything_in_order(things, size):
    batches = in_batches(things, size)
    assert [thing for batch in batches for thing in batch] == things
    assert all(1 <= len(batch) <= size for batch in batches)
