"""A backup: what is in it, what is copied again, what it refuses, and that it waits for nobody."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ingestion.backup.own_settings import as_env
from ingestion.backup.restoring import restore
from ingestion.backup.sums import NotABackup, read_sums
from ingestion.backup.taking import BackupFailed, CannotBackUp, back_up
from ingestion.platforms.reading import SHIPPED
from ingestion.settings import Settings
from ingestion.variables import read_variables
from ingestion.warehouse import file as warehouse_file
from ingestion.warehouse.reference import write_reference
from ingestion.warehouse.withdraw import withdraw
from tests.ingestion.backup.homes import (
    MADE_AGAIN,
    NOW,
    SECRET,
    WRITTEN,
    contents,
    landed,
    reference,
    reference_rows,
    small_home,
)
from tests.ingestion.commands import ingestion, sentence
from tests.ingestion.disks import small_disk
from tests.ingestion.landed_crawls import land_streams, minutes, settings_in, stream


def test_what_has_landed_what_users_wrote_and_the_published_copy_are_in_it(settings, folder):
    listed = read_sums(folder).files
    own = {name.partition("/")[2] for name in listed if name.startswith("2026-")}
    assert own == {*WRITTEN, "settings.env"}
    assert landed(folder) == landed(settings.root)
    assert not any(name in str(listed) for name in MADE_AGAIN)


def test_sha256sum_checks_it_without_airtime_names_of_every_kind_among_them(settings, folder):
    for name in ("a\\b.csv", "a\nb.csv", "é 'ü'.csv"):
        (settings.root / name).write_text(name)
    back_up(settings, folder, NOW)
    command = ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"]
    assert subprocess.run(command, cwd=folder, capture_output=True, check=True).stdout == b""
    restored = settings_in(folder.parent / "new")
    restore(restored, folder)
    assert (restored.root / "a\nb.csv").read_text() == "a\nb.csv"
    assert (restored.root / "a\\b.csv").read_text() == "a\\b.csv"


def test_again_only_what_is_new_is_copied(settings, folder):
    before = {path: path.stat().st_ino for path in (folder / "landing").rglob("*.parquet")}
    new = land_streams(settings, minutes(9), [stream(9)])
    (settings.root / "overrides.csv").unlink()
    taken = back_up(settings, folder, NOW)
    assert taken.new == 1 + len(WRITTEN)  # the settings, and one file of the user less
    assert {path: path.stat().st_ino for path in before} == before
    assert landed(folder) == landed(settings.root)
    assert new.name in str(read_sums(folder).files)
    assert "overrides.csv" not in str(contents(folder).keys())


def test_copies_that_lost_their_times_are_not_copied_again(settings, folder):
    for path in (folder / "landing").rglob("*.parquet"):
        path.touch()
    assert back_up(settings, folder, NOW).new == 1 + len(WRITTEN)


def test_what_retention_dropped_stays_in_it_and_what_was_withdrawn_goes(settings, folder):
    first, second, _ = sorted(settings.landing.rglob("*.parquet"))
    dropped = first.read_bytes()
    first.unlink()
    withdraw(settings, str(second), "twitch", "wrong", NOW)
    back_up(settings, folder, NOW)
    restored = settings_in(folder.parent / "new")
    restore(restored, folder)
    name = str(first.relative_to(settings.landing))
    assert landed(restored.root) == {**landed(settings.root), name: dropped}
    assert landed(folder) == landed(restored.root)


def test_no_secret_is_in_it_unless_asked_for(tmp_path, monkeypatch):
    for name in [name for name in os.environ if name.startswith("AIRTIME_")]:
        monkeypatch.delenv(name)  # what the file is read back into must come from the file
    secrets = {
        "TWITCH_CLIENT_ID": SECRET,
        "TWITCH_CLIENT_SECRET": SECRET,
        "AIRTIME_API_KEY": f"{SECRET}'\\\" $x #",
        "IGDB_URL": f"https://me:{SECRET}@localhost/v4",
    }
    settings = small_home(tmp_path / "home", AIRTIME_CADENCE_MINUTES=7, AIRTIME_MEMORY="3GB", **secrets)
    taken = back_up(settings, tmp_path / "backup", NOW)
    assert set(taken.left_out) == secrets.keys()
    assert not [name for name, held in contents(tmp_path / "backup").items() if SECRET.encode() in held]
    back_up(settings, tmp_path / "backup", NOW, with_secrets=True)
    restored = restore(settings_in(tmp_path / "new"), tmp_path / "backup")
    assert (restored.left_out, restored.settings.stat().st_mode & 0o777) == ([], 0o600)
    again = Settings(_env_file=restored.settings)
    assert again.model_dump(exclude={"home"}) == settings.model_dump(exclude={"home"})
    assert "AIRTIME_HOME" not in as_env(settings, with_secrets=True)[0]


def test_variables_of_platforms_are_settings_and_their_credentials_are_secrets(tmp_path, monkeypatch):
    settings = small_home(tmp_path / "home")
    own = settings.root / "platforms"
    (own / "broken.yml").write_text("platform: broken\n")
    described = (SHIPPED / "trovo.yml").read_text()
    (own / "marmot.yml").write_text(described.replace("trovo", "marmot").replace("TROVO", "MARMOT"))
    told = {"KICK_URL": "http://127.0.0.1:9", "MARMOT_URL": "https://marmot.example"}
    secrets = {
        "KICK_CLIENT_ID": SECRET,
        "KICK_CLIENT_SECRET": SECRET,
        "MARMOT_CLIENT_ID": SECRET,
        "SOOP_URL": f"https://me:{SECRET}@localhost",
        "CHZZK_URL": SECRET,
    }
    for name, value in (told | secrets).items():
        monkeypatch.setenv(name, value)
    taken = back_up(settings, tmp_path / "backup", NOW)
    assert set(taken.left_out) >= secrets.keys()
    assert set(taken.left_out).isdisjoint(told)
    assert not [name for name, held in contents(tmp_path / "backup").items() if SECRET.encode() in held]
    back_up(settings, tmp_path / "backup", NOW, with_secrets=True)
    restored = restore(settings_in(tmp_path / "new"), tmp_path / "backup")
    for name in told | secrets:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    Path(".env").write_bytes(restored.settings.read_bytes())
    assert read_variables(told | secrets) == told | secrets


def test_a_warehouse_in_use_is_not_waited_for_long_and_names_stay_those_of_before(settings, monkeypatch):
    monkeypatch.setattr(warehouse_file, "WAIT_SECONDS", 0.1)
    write_reference(settings, reference("Duel"))
    folder, expected = settings.root.parent / "backup", reference_rows(settings)
    assert back_up(settings, folder, NOW).warnings == []
    holding = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print(flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", holding, str(settings.warehouse)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        holder.stdout.readline()
        land_streams(settings, minutes(9), [stream(9)])
        [warning] = back_up(settings, folder, NOW).warnings
        holder.stdin.close()
    assert "names and games are those of the backup before" in warning and "is in use by process" in warning
    new = settings_in(folder.parent / "new")
    restore(new, folder)
    assert reference_rows(new) == expected
    assert landed(new.root) == landed(settings.root)


def test_a_folder_that_is_not_for_this_home_is_refused_and_stays_as_it_is(settings, folder, tmp_path):
    other = small_home(tmp_path / "other", crawls=0)
    land_streams(other, minutes(99), [stream(99)])
    before = contents(folder)
    with pytest.raises(CannotBackUp, match="another home's backup.*none of the 3 landed files"):
        back_up(other, folder, NOW)
    assert contents(folder) == before
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "me.jpg").touch()
    with pytest.raises(CannotBackUp, match=r"holds me\.jpg and is no backup"):
        back_up(settings, tmp_path / "photos", NOW)
    for inside in (settings.root / "backup", tmp_path):
        with pytest.raises(CannotBackUp, match="lie one in the other"):
            back_up(settings, inside, NOW)
    with pytest.raises(CannotBackUp, match="nothing has landed"):
        back_up(settings_in(tmp_path / "nothing"), tmp_path / "new", NOW)
    assert not (tmp_path / "new").exists()


def test_a_landed_file_that_changed_is_not_taken_for_the_one_in_the_backup(settings, folder):
    path = next(settings.landing.rglob("*.parquet"))
    kept = contents(folder)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(CannotBackUp, match="if it is damaged, bring it back from"):
        back_up(settings, folder, NOW)
    assert read_sums(folder).files.keys() == {
        name for name in kept if name not in ("SHA256SUMS", "backup.lock")
    }


def test_a_damaged_list_stops_the_next_backup(settings, folder):
    (folder / "SHA256SUMS").write_text((folder / "SHA256SUMS").read_text()[:-80])
    with pytest.raises(NotABackup, match="cut short or altered"):
        back_up(settings, folder, NOW)


def test_a_full_disk_is_one_sentence_and_the_backup_before_can_be_restored(settings, tmp_path):
    with small_disk(tmp_path / "disk", 2) as disk:
        back_up(settings, disk / "backup", NOW)
        before = landed(settings.root)
        settings.published.write_bytes(b"much" * 2**20)
        with pytest.raises(
            BackupFailed, match="no space left on the disk of .*the backup before is as it was"
        ):
            back_up(settings, disk / "backup", NOW)
        new = settings_in(tmp_path / "new")
        restore(new, disk / "backup")
        assert landed(new.root) == before
        assert new.published.read_text() == WRITTEN["published/airtime.duckdb"]


def test_the_commands_say_what_they_did_and_what_is_missing(settings, tmp_path):
    done = ingestion(settings.root, "backup", tmp_path / "b", TWITCH_CLIENT_SECRET=SECRET)
    assert done.returncode == 0, done.stderr
    assert f"backed up {4 + len(WRITTEN)} files to" in done.stdout
    assert "not in it, as secrets: TWITCH_CLIENT_SECRET" in done.stdout
    assert "Nothing was changed" in sentence(ingestion(settings.root, "restore", tmp_path / "b"), 2)
    new = tmp_path / "new"
    done = ingestion(new, "restore", tmp_path / "b")
    assert done.returncode == 0, done.stderr
    assert "as of 20" in done.stdout and "make rebuild" in done.stdout
    assert "secrets that the backup has not, and you set again: TWITCH_CLIENT_SECRET" in done.stdout
    assert landed(new) == landed(settings.root)
    assert SECRET not in done.stdout + done.stderr
