"""A crawl that is taken back: its file is kept elsewhere, and raw is as if it had never landed."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ingestion.__main__ import cli
from ingestion.imports.errors import ImportRefused
from ingestion.imports.tables.history import import_tables
from ingestion.landing.audit import newest_crawls
from ingestion.landing.files import landed_files
from ingestion.settings import Settings
from ingestion.warehouse import withdraw as withdraw_module
from ingestion.warehouse.file import writing
from ingestion.warehouse.load import Loaded, load
from ingestion.warehouse.rebuild import beside
from ingestion.warehouse.retention import pruned_before
from ingestion.warehouse.withdraw import Withdrawn, withdraw
from tests.ingestion.landed_crawls import START, land_streams, minutes, raw_counts, settings_in, stream
from tests.ingestion.warehouse.test_load import all_staged

NOW = minutes(60)
# a stream whose title changes and changes back, one that comes and goes, one of the next day
SEEN = {
    0: [stream(1), stream(2)],
    5: [stream(1, title="new"), stream(2)],
    10: [stream(1), stream(3)],
    15: [stream(1, title="new"), stream(3, title="new")],
    900: [stream(1), stream(3)],
}


def land(settings: Settings, *leaving_out: int, platform: str = "twitch") -> Settings:
    for minute, rows in SEEN.items():
        if minute not in leaving_out:
            land_streams(settings, minutes(minute), rows, platform)
    return settings


def take_back(settings: Settings, minute: float, platform: str = "twitch") -> Withdrawn:
    return withdraw(settings, minutes(minute).isoformat(), platform, "the clock was wrong", NOW)


@pytest.fixture
def settings(tmp_path) -> Settings:
    return land(settings_in(tmp_path / "home"))


GONE = [(0,), (5,), (0, 5), (0, 10, 15), (900,), tuple(SEEN)]


@pytest.fixture(scope="module")
def withdrawn_and_never(tmp_path_factory) -> tuple[Settings, Settings]:
    """Return a home with a platform for each of GONE, taken back when loaded, and one without."""
    folder = tmp_path_factory.mktemp("withdrawn")
    withdrawn, never = settings_in(folder / "home"), settings_in(folder / "never")
    for gone in GONE:
        land(withdrawn, platform=str(gone))
        land(never, *gone, platform=str(gone))
    load(withdrawn)
    for gone in GONE:
        rows = [take_back(withdrawn, minute, str(gone)).rows for minute in gone]
        assert rows == [len(SEEN[minute]) for minute in gone]
    load(never)
    return withdrawn, never


@pytest.mark.parametrize("gone", GONE)
def test_raw_is_as_if_a_withdrawn_crawl_had_never_landed(gone: tuple, withdrawn_and_never):
    shown = [all_staged(settings) for settings in withdrawn_and_never]
    withdrawn, never = (
        {model: [row for row in rows if row["platform"] == str(gone)] for model, rows in one.items()}
        for one in shown
    )
    assert withdrawn == never
    assert bool(never["stg_twitch__observations"]) == (gone != tuple(SEEN))
    assert raw_counts(withdrawn_and_never[0]) == raw_counts(withdrawn_and_never[1])


def test_neither_load_nor_rebuild_bring_a_withdrawn_crawl_back(settings: Settings):
    load(settings)
    take_back(settings, 5)
    assert load(settings) == Loaded(0, 0)
    held = [str(name) for name in landed_files(settings.landing)]
    assert len(held) == len(SEEN) - 1
    with beside(settings) as (_, names):
        assert sorted(names) == held
    assert minutes(5) not in [one.observed_at for one in newest_crawls(settings.landing, "twitch", 9, NOW)]


def test_a_crawl_is_withdrawn_before_it_was_ever_loaded(settings: Settings):
    take_back(settings, 5)
    assert not settings.warehouse.exists()
    assert load(settings).files == len(SEEN) - 1


def test_the_file_lies_in_withdrawn_with_what_belongs_to_it_and_the_reason(settings: Settings):
    name = "twitch/crawls/2026-03-02/2026-03-02T01-00-00Z.parquet"
    before = (settings.landing / name).read_bytes()
    beside_it = (settings.landing / name).with_suffix(".rejected.ndjson")
    beside_it.write_text("{}\n")
    path = take_back(settings, 900).path
    assert (path, path.read_bytes()) == (settings.landing / "withdrawn" / name, before)
    assert path.with_suffix(".rejected.ndjson").read_text() == "{}\n"
    said = json.loads(path.with_suffix(".reason.json").read_text())
    assert said == {"crawl": name, "reason": "the clock was wrong", "withdrawn_at": "2026-03-01T11:00:00"}
    assert not (settings.landing / name).parent.exists()


def test_a_withdrawal_that_is_killed_is_finished_by_the_next_load(settings: Settings, monkeypatch):
    load(settings)

    def killed(warehouse, landing):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(withdraw_module, "remove_withdrawn", killed)
        with pytest.raises(KeyboardInterrupt):
            take_back(settings, 5)
    with beside(settings) as (_, names):
        assert len(names) == len(SEEN) - 1
    load(settings)
    assert raw_counts(settings)["crawls"] == len(SEEN) - 1


def test_a_withdrawal_again_changes_nothing_and_a_crawl_of_the_same_second_is_another_one(settings: Settings):
    load(settings)
    path = take_back(settings, 5).path
    said = path.with_suffix(".reason.json").read_text()
    again = withdraw(settings, str(path.relative_to(settings.landing / "withdrawn")), "twitch", "other", NOW)
    assert (again.path, again.rows, path.with_suffix(".reason.json").read_text()) == (path, 0, said)
    land_streams(settings, minutes(5), [stream(9)])
    assert load(settings) == Loaded(1, 1)


def test_a_crawl_of_a_day_that_raw_has_dropped_stays_in_the_marts(settings: Settings):
    load(settings)
    with writing(settings) as warehouse:
        warehouse.execute("insert into raw.pruned values ('twitch', ?)", [minutes(840)])
        assert pruned_before(warehouse) == {"twitch": minutes(840)}
    assert [take_back(settings, minute).is_kept_in_marts for minute in (5, 900)] == [True, False]


def run(settings: Settings, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["withdraw", *arguments], env={"AIRTIME_HOME": str(settings.root)})


@pytest.mark.parametrize(
    "crawl",
    [
        "{landing}/twitch/crawls/2026-03-01/2026-03-01T10-05-00Z.parquet",
        "twitch/crawls/2026-03-01/2026-03-01T10-05-00Z.parquet",
        "2026-03-01 10:05:00",
        "2026-03-01T10:05:00Z",
        "2026-03-01T11:05:00+01:00",
    ],
)
def test_the_command_takes_a_file_or_a_moment(crawl: str, settings: Settings):
    load(settings)
    done = run(settings, crawl.format(landing=settings.landing), "--reason", "it was wrong")
    assert (done.exit_code, done.stderr) == (0, "")
    path = settings.landing / "withdrawn/twitch/crawls/2026-03-01/2026-03-01T10-05-00Z.parquet"
    assert done.stdout.splitlines()[0] == f"withdrawn, and 2 observations with it: {path}"
    assert "python -m orchestration run build" in done.stdout


@pytest.mark.parametrize("crawl", ["2026-03-01 10:06:00", "twitch/crawls/no.parquet", "../landing", "x"])
def test_a_crawl_that_never_landed_is_said_in_a_sentence(crawl: str, settings: Settings):
    done = run(settings, crawl, "--reason", "it was wrong")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith(f"Error: no crawl {crawl} has landed in {settings.landing}: give its file")
    assert len(landed_files(settings.landing)) == len(SEEN)


def test_a_withdrawal_wants_a_reason(settings: Settings):
    assert run(settings, START.isoformat()).exit_code == 2
    assert len(landed_files(settings.landing)) == len(SEEN)


def test_no_platform_bears_the_name_of_the_folder(settings: Settings):
    with pytest.raises(ImportRefused, match="'withdrawn' cannot name a platform"):
        import_tables(settings.landing, Path("a.csv"), None, platform="withdrawn", imported_at=NOW)
