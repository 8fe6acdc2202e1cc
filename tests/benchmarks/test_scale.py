"""The plan for scale says what its model computes."""

from benchmarks.scale.plan import Case, Engine, core_seconds, cores, volumes, work
from tests.places import PROJECT

PLAN = PROJECT / "docs" / "explanation" / "scale.md"


def test_the_plan_shows_every_row_of_the_model():
    text = PLAN.read_text()
    rows = [*volumes(), *work(24, 8)]
    assert len(rows) == 14
    assert [row for row in rows if f"| {' | '.join(row)} |" not in text] == []


def test_builds_of_a_day_that_grows_cost_half_of_as_many_of_the_whole_day():
    case = Case("a million", 1, 1)
    engine = Engine(fixed=10, each_million=4)
    whole = 10 + 4 * case.millions
    assert core_seconds(engine, case, 1) == whole
    assert abs(core_seconds(engine, case, 1000) / (10 * 1000 + 4 * case.millions * 1000 / 2) - 1) < 0.01
    assert cores(engine, case, 24) == -(-whole // (3600 * 0.7))
