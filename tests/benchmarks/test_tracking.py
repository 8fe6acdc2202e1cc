"""The benchmarks of tracked metrics run, and compare what they say that they compare."""

from click.testing import CliRunner

from benchmarks.tracking import due


def test_everything_that_is_due_is_asked_for_within_the_rates():
    done = CliRunner().invoke(due.main, ["--items", "100", "--latency", "0"])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.output
    assert "items asked for" in done.output
    assert "run / what the rates allow" in done.output
