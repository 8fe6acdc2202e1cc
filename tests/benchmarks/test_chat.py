"""The benchmark of chat counts what it sent and what landed."""

from benchmarks.chat.__main__ import landed, measure


def test_a_few_seconds_of_chat_are_measured_and_all_of_it_has_landed(tmp_path):
    table = measure(tmp_path, rate=200, rooms=3, seconds=2)
    lost, late, memory, cores = table.columns[2].cells
    sent = int(lost.removeprefix("0 of "))
    assert sent > 100
    assert landed(tmp_path) == sent
    assert late.endswith(" s")
    assert memory.endswith(" MB")
    assert float(cores) < 2
