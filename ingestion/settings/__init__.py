"""The settings: read from the environment or `.env` here, nowhere else."""

import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, ByteSize, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import SettingsConfigDict

from ingestion.exits import Refused, plain_errors
from ingestion.landing.store import landing_zone
from ingestion.settings.env_file import UnreadableEnvFile, encoding_of
from ingestion.settings.groups import ChatSettings, SparkSettings, TwitchSettings
from ingestion.settings.values import NOT_IN_HOME, home_folder, landing_address

ENV_FILE = Path(".env")
USER_INFORMATION = re.compile(r"(?<=//).*@|[^/@'\"]*@")


class WrongSettings(Refused):
    """A setting, or the file that holds settings, cannot be used; the message says which, why, what to do."""


class MissingSetting(Refused):
    """A setting without which the step cannot run; the message names the variable and its source."""


class Settings(TwitchSettings, ChatSettings, SparkSettings):
    """Everything that can be set, with its default and meaning; None and "" mean not set."""

    model_config = SettingsConfigDict(env_file=ENV_FILE, extra="ignore", env_ignore_empty=True)

    home: Path = Field(
        Path("data"),
        validation_alias="AIRTIME_HOME",
        description="The folder that holds everything a run writes. "
        f"Its path may contain none of `{NOT_IN_HOME}`.",
    )
    landing_zone: Annotated[str, AfterValidator(landing_address)] = Field(
        "",
        validation_alias="AIRTIME_LANDING",
        description="Where landed files lie: another folder than `AIRTIME_HOME/landing`, or an object store, "
        "as in `s3://bucket/prefix`.",
    )
    cadence_minutes: int = Field(
        5, ge=1, le=60, validation_alias="AIRTIME_CADENCE_MINUTES", description="Minutes between two crawls."
    )
    platforms: str = Field(
        "",
        validation_alias="AIRTIME_PLATFORMS",
        description="The platforms to collect, as in `twitch,kick`. Empty: all whose credentials are set.",
    )
    points_share: float = Field(
        0.8,
        gt=0,
        le=1,
        validation_alias="AIRTIME_POINTS_SHARE",
        description="The share of Twitch's 800 points a minute that crawls and enrichment may use together.",
    )
    followers_hours: int = Field(
        24,
        ge=1,
        validation_alias="AIRTIME_FOLLOWERS_HOURS",
        description="Hours after which a follower count is read again.",
    )
    refresh_hours: int = Field(
        168,
        ge=1,
        validation_alias="AIRTIME_REFRESH_HOURS",
        description="Hours after which users, games and IGDB are asked for again.",
    )
    memory: ByteSize = Field(
        ByteSize(2_500_000_000),
        ge=10**9,
        validation_alias="AIRTIME_MEMORY",
        description="Memory that the models may take, as in 3GB, before they spill to disk. The default "
        "holds two days of all of Twitch; the build job takes longer backlogs in parts of some days.",
    )
    api_key: SecretStr = Field(
        SecretStr(""),
        validation_alias="AIRTIME_API_KEY",
        description="A key that callers of the HTTP API have to send. Empty: whoever reaches it may ask.",
    )
    api_port: int = Field(
        8000, ge=1, le=65535, validation_alias="AIRTIME_API_PORT", description="The port of the HTTP API."
    )
    alert_url: SecretStr = Field(
        SecretStr(""),
        validation_alias="AIRTIME_ALERT_URL",
        description="Where alerts are POSTed as JSON; it may hold a token. They always go to "
        "`alerts.ndjson` as well.",
    )
    ui_url: str = Field(
        "http://127.0.0.1:3000",
        validation_alias="AIRTIME_UI_URL",
        description="The Dagster UI that alerts link to; `make ui` sets it where it is not set.",
    )
    raw_retention_days: int | None = Field(
        None,
        ge=7,
        validation_alias="AIRTIME_RAW_RETENTION_DAYS",
        description="Whole days before the newest one for which the warehouse keeps single observations. "
        "Empty: for ever.",
    )
    landing_retention_days: int | None = Field(
        None,
        ge=7,
        validation_alias="AIRTIME_LANDING_RETENTION_DAYS",
        description="Whole days before the newest one for which landed crawls are kept. Empty: for ever.",
    )
    engine: Literal["duckdb", "spark"] = Field(
        "duckdb",
        validation_alias="AIRTIME_ENGINE",
        description="What runs the models: `duckdb`, in this machine's memory and on its disk, or `spark`, "
        "on a cluster.",
    )

    def __init__(self, **given: Any) -> None:
        if "_env_file" not in given:
            given["_env_file_encoding"] = encoding_of(ENV_FILE)
        super().__init__(**given)

    @field_validator("home")
    @classmethod
    def _is_a_name_for_all(cls, value: Path) -> Path:
        """Refuse a folder that not every part of airtime could open."""
        return home_folder(value)

    @property
    def root(self) -> Path:
        """`AIRTIME_HOME` as an absolute path."""
        return self.home.expanduser().resolve()

    @property
    def landing(self) -> Path:
        """The landing zone: immutable Parquet files, the only thing that cannot be made again."""
        return landing_zone(self.landing_zone, self.root)

    @property
    def raw(self) -> Path:
        """Raw as Parquet files, for an engine that reads files."""
        return self.root / "raw"

    @property
    def warehouse(self) -> Path:
        """The DuckDB file that load and dbt write; with Spark it holds views of files."""
        return self.root / ("warehouse.duckdb" if self.engine == "duckdb" else "spark.duckdb")

    @property
    def published(self) -> Path:
        """The read-only copy of the marts that every reader opens."""
        return self.root / "published" / "airtime.duckdb"

    @property
    def overrides(self) -> Path:
        """The user's own publishers and genres of games; may be missing."""
        return self.root / "overrides.csv"

    @property
    def cadence_seconds(self) -> int:
        """The nominal seconds between two crawls of a live platform."""
        return self.cadence_minutes * 60

    def credentials(self) -> tuple[str, str]:
        """Return the Twitch client id and secret.

        Raises:
            MissingSetting: one of them is not set.
        """
        secret = self.twitch_client_secret.get_secret_value()
        for name, value in (("TWITCH_CLIENT_ID", self.twitch_client_id), ("TWITCH_CLIENT_SECRET", secret)):
            if not value:
                raise MissingSetting(
                    f"{name} is not set: register an application at https://dev.twitch.tv/console/apps "
                    "and put its id and secret into the environment or .env"
                )
        return self.twitch_client_id, secret


def read_settings() -> Settings:
    """Return the settings.

    Raises:
        WrongSettings: one of them is of the wrong kind, or `.env` cannot be read.
    """
    try:
        return Settings()
    except UnreadableEnvFile as error:
        raise WrongSettings(str(error)) from error
    except ValidationError as error:
        first = error.errors()[0]
        why = first["msg"].removeprefix("Value error, ")
        given = USER_INFORMATION.sub("***@", repr(str(first["input"])))
        raise WrongSettings(f"setting {first['loc'][0]}: {why} (given: {given})") from error


def settings() -> Settings:
    """Return the settings; where they cannot be read the process ends with a sentence and exit code 2."""
    with plain_errors():
        return read_settings()
