"""The benchmark of the three questions: whoever takes part gives the same answers."""

from click.testing import CliRunner

from benchmarks.three_questions import __main__ as three_questions
from benchmarks.three_questions import postgres as three_questions_postgres


def run(*arguments):
    return CliRunner().invoke(three_questions.main, arguments)


def test_airtime_and_hand_written_sql_give_the_same_answers():
    done = run("--rows", "100000", "--markdown")
    assert done.exit_code == 0, done.output
    contestants = 4 if three_questions_postgres.missing() else 5
    assert f"The same answers from {contestants}, to the second and the follower: 2 months" in done.output
    assert done.output.count("\n| ") >= contestants + 1


def test_who_takes_too_long_is_ended_and_said_to_be_slower():
    done = run("--rows", "100000", "--only", "sqlite", "--limit-seconds", "0.05", "--markdown")
    assert done.exit_code == 0, done.output
    assert "| sqlite |  |  |  | > 0.05 |" in done.output
