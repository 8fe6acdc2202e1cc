"""The warehouse of the by-hand benchmark, with what builds it: dbt, the build job, the script."""

import json
import shutil
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import click
import duckdb

from benchmarks.dbt_run import DBT_RUN, dbt_environment
from benchmarks.measuring import Failed, Measured, measured
from benchmarks.twitch_size import FIRST_DAY, Size, add_day
from ingestion.settings import Settings

ROOT = Path(__file__).parents[2]
SCRIPT = [sys.executable, "-m", "benchmarks.by_hand.script"]

# a sixth of the streamers is asked for followers each day, always the same ones
READINGS = """
insert into raw.followers (platform, user_id, follower_count, observed_at, _dlt_load_id)
select 'twitch', (100000000 + i)::varchar, greatest(20 + (hash(i) % 5000)::bigint + $number * (i % 7 - 1), 0),
    $day::timestamp + to_seconds(i % 86000), $load_id
from range(0, $streamers, 6) as t(i)
"""


def _models() -> str:
    files = sorted((ROOT / "dbt_project").glob("m*/**/*.sql"))
    return sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


@dataclass
class Home:
    """A warehouse of its own, with the files of dbt and of the script beside it."""

    settings: Settings
    size: Size

    @property
    def file(self) -> Path:
        """The script's tables."""
        return self.settings.root / "by_hand.duckdb"

    @property
    def history(self) -> Path:
        """The folder of the two files as they were before the measured day."""
        return self.settings.root / "history"

    @property
    def environment(self) -> dict[str, str]:
        """What the processes have to know."""
        return {
            **dbt_environment(self.settings),
            "AIRTIME_HOME": str(self.settings.root),
            "AIRTIME_CADENCE_MINUTES": str(self.size.cadence_seconds // 60),
        }

    def add(self, number: int) -> int:
        """Append day `number` and its follower readings to raw; return the day's observations."""
        rows = add_day(self.settings, self.size, number)
        values = {
            "number": number,
            "streamers": self.size.streamers,
            "day": FIRST_DAY + timedelta(days=number),
            "load_id": f"{1_700_000_000 + number}.5",
        }
        with duckdb.connect(self.settings.warehouse) as connection:
            connection.execute(READINGS, values)
        return rows

    def days(self) -> int:
        """Return how many days raw holds."""
        with duckdb.connect(self.settings.warehouse, read_only=True) as connection:
            return len(connection.execute("select distinct observed_at::date from raw.crawls").fetchall())

    def keep(self) -> None:
        """Copy the two files to `history`, the warehouse last: where it lies, the copies are whole."""
        self.history.mkdir(exist_ok=True)
        for file in (self.file, self.settings.warehouse):
            with duckdb.connect(file) as connection:
                connection.execute("checkpoint")
            shutil.copyfile(file, part := self.history / "part")
            part.replace(self.history / file.name)
        (self.history / "models").write_text(_models())

    def is_of_these_models(self) -> bool:
        """Return whether the models have built the kept copies as they are now: else every day is stale."""
        return (self.history / "models").exists() and (self.history / "models").read_text() == _models()

    def forget_models(self) -> None:
        """Drop all that the models have made of raw."""
        with duckdb.connect(self.settings.warehouse) as connection:
            for schema in ("meta", "marts", "intermediate", "staging"):
                connection.execute(f"drop schema if exists {schema} cascade")

    def restore(self, *files: Path) -> None:
        """Put the kept copies in the places of `files`."""
        for file in files:
            file.with_name(f"{file.name}.wal").unlink(missing_ok=True)
            shutil.copyfile(self.history / file.name, file)

    def dbt(self, memory: str | None = None) -> Measured:
        """Build the marts by `dbt run`, in other memory than the usual if it is given."""
        return self._run(DBT_RUN, self.environment | ({"AIRTIME_MEMORY": memory} if memory else {}))

    def model_seconds(self) -> float:
        """Return the seconds from the first model's start to the last one's end in the last `dbt run`."""
        results = json.loads((self.settings.root / "target" / "run_results.json").read_text())["results"]
        steps = [step for one in results for step in one["timing"]]
        begun, ended = min(step["started_at"] for step in steps), max(step["completed_at"] for step in steps)
        return (datetime.fromisoformat(ended) - datetime.fromisoformat(begun)).total_seconds()

    def job(self) -> Measured:
        """Build, test and publish the marts by the Dagster job."""
        environment = {k: v for k, v in self.environment.items() if not k.startswith("DBT_")}
        return self._run([sys.executable, "-m", "orchestration", "run", "build"], environment)

    def script(self, file: Path, *options: str) -> Measured:
        """Bring the script's tables in `file` up to date."""
        return self._run([*SCRIPT, str(self.settings.warehouse), str(file), *options])

    def _run(self, command: list[str], environment: dict[str, str] | None = None) -> Measured:
        try:
            return measured(command, environment=environment or self.environment, folder=ROOT)
        except Failed as error:
            raise click.ClickException(f"{' '.join(command)} failed: {error}") from error
