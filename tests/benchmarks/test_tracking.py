"""The benchmarks of tracked metrics run, and compare what they say that they compare."""

from click.testing import CliRunner

from benchmarks.tracking import due, nothing, readings


def test_everything_that_is_due_is_asked_for_within_the_rates():
    done = CliRunner().invoke(due.main, ["--items", "100", "--latency", "0"])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.output
    assert "items asked for" in done.output
    assert "run / what the rates allow" in done.output


def test_the_script_written_by_hand_makes_the_same_tables_day_after_day_as_the_models(tmp_path):
    arguments = ["--days", "2", "--readings", "2000", "--batch-days", "1", "--home", str(tmp_path)]
    done = CliRunner().invoke(readings.main, arguments)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.output
    assert "differ" not in done.output
    assert "rows compared" in done.output


def test_what_nothing_costs_is_measured_with_the_models_and_without():
    done = CliRunner().invoke(nothing.main, ["--streamers", "1000", "--pairs", "1"])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.output
    for what in ("load with / without", "dbt run with / without"):
        assert what in done.output
