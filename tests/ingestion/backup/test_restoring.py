"""A restore: each file checked, into an empty home only, and all of it or nothing."""

from datetime import timedelta

import pytest

from ingestion.backup.restoring import NotEmpty, restore
from ingestion.backup.sums import NotABackup, Sums, read_sums, write_sums
from ingestion.backup.taking import back_up
from tests.ingestion.backup.homes import NOW, WRITTEN, contents, landed
from tests.ingestion.commands import ingestion, sentence
from tests.ingestion.disks import small_disk
from tests.ingestion.landed_crawls import land_streams, minutes, settings_in, stream
from tests.ingestion.warehouse.killing import Kill, start, steps_of, was_killed
from tests.lengths import times

KILLS = times(8, 80)


def spread(steps: int) -> list[int]:
    """Return which steps to die at, the last among them."""
    return sorted({1 + (steps - 1) * number // (KILLS - 1) for number in range(KILLS)})


@pytest.mark.parametrize(
    "damage", ["cut short", "altered", "missing", "list cut short", "list altered", "gone"]
)
def test_a_damaged_backup_is_refused_in_a_sentence_and_nothing_is_touched(folder, tmp_path, damage):
    listed, path = folder / "SHA256SUMS", sorted((folder / "landing").rglob("*.parquet"))[-1]
    whole = path.read_bytes()
    match damage:
        case "cut short":
            path.write_bytes(whole[:-1])
        case "altered":
            path.write_bytes(whole[:50] + bytes([whole[50] ^ 1]) + whole[51:])
        case "missing":
            path.unlink()
        case "list cut short":
            listed.write_text("".join(listed.read_text().splitlines(keepends=True)[:-1]))
        case "list altered":
            listed.write_text(listed.read_text().replace("landing/", "../landing/"))
        case "gone":
            listed.unlink()
    said = sentence(ingestion(tmp_path / "new", "restore", folder), 2)
    assert str(listed if damage.startswith("list") else path if damage != "gone" else folder) in said
    assert not (tmp_path / "new").exists()


def test_a_name_that_leads_out_of_the_folder_is_refused(folder, tmp_path):
    held = read_sums(folder)
    write_sums(folder, Sums(held.made_at, {**held.files, "../x": "0" * 64}, held.notes))
    with pytest.raises(NotABackup, match="was altered"):
        restore(settings_in(tmp_path / "new"), folder)


def test_a_home_with_anything_in_it_is_refused_and_stays_as_it_is(settings, folder, tmp_path):
    before = contents(settings.root)
    with pytest.raises(NotEmpty, match="needs an empty one"):
        restore(settings, folder)
    assert contents(settings.root) == before
    new = settings_in(tmp_path / "new")
    (new.root / "lost+found").mkdir(parents=True)  # of a disk of its own
    restore(new, folder)
    assert landed(new.root) == landed(settings.root)


def test_a_restored_home_is_backed_up_to_the_same_folder(settings, folder, tmp_path):
    new = settings_in(tmp_path / "new")
    restore(new, folder)
    land_streams(new, minutes(9), [stream(9)])
    assert back_up(new, folder, NOW + timedelta(days=1)).new == 2 + len(WRITTEN)


def test_a_full_disk_is_one_sentence_and_the_home_stays_empty(settings, tmp_path):
    settings.published.write_bytes(b"much" * 2**20)
    back_up(settings, tmp_path / "backup", NOW)
    with small_disk(tmp_path / "disk", 2) as disk:
        said = sentence(ingestion(disk / "home", "restore", tmp_path / "backup"), 1)
        assert "no space left on the disk of" in said
        assert list(disk.iterdir()) == []


def test_a_killed_restore_is_begun_again_by_the_next(folder, settings, tmp_path):
    expected = tmp_path / "expected"
    steps = steps_of(restore, settings_in(expected), folder)
    for step in spread(steps):
        new = settings_in(tmp_path / f"new-{step}")
        assert was_killed(start(restore, new, folder, kill=Kill(step)))
        if not new.landing.exists():  # else the last rename was done, and nothing is left to do
            restore(new, folder)
            assert not (new.root / "restoring").exists()
        assert contents(new.root) == contents(expected)


def test_a_killed_backup_leaves_the_one_before_and_the_next_is_right(settings, folder, tmp_path):
    before = landed(settings.root)
    land_streams(settings, minutes(9), [stream(9)])
    (settings.root / "overrides.csv").write_text("new")
    other = tmp_path / "other"
    back_up(settings, other, NOW)
    steps = steps_of(back_up, settings, other, NOW + timedelta(days=1))
    for step in spread(steps):
        assert was_killed(start(back_up, settings, folder, NOW + timedelta(hours=step), kill=Kill(step)))
        new = settings_in(tmp_path / f"new-{step}")
        restore(new, folder)
        is_new = landed(new.root) == landed(settings.root)
        assert is_new or landed(new.root) == before
        own = (new.root / "overrides.csv").read_text()
        assert own == ("new" if is_new else WRITTEN["overrides.csv"])
    back_up(settings, folder, NOW + timedelta(days=9))
    restore(settings_in(tmp_path / "last"), folder)
    assert landed(tmp_path / "last") == landed(settings.root)
    assert sum(path.is_dir() for path in folder.iterdir()) == 2
