"""Settings that belong together: of Twitch's interfaces, of its chat, of a Spark cluster."""

from typing import Annotated

from pydantic import AfterValidator, ByteSize, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings

from ingestion.settings.values import called_address, chat_address


class TwitchSettings(BaseSettings):
    """Who asks Twitch and IGDB, and where."""

    twitch_client_id: str = Field(
        "",
        validation_alias="TWITCH_CLIENT_ID",
        description="The id of your application, from <https://dev.twitch.tv/console/apps>.",
    )
    twitch_client_secret: SecretStr = Field(
        SecretStr(""), validation_alias="TWITCH_CLIENT_SECRET", description="The secret that goes with it."
    )
    helix_url: str = Field(
        "https://api.twitch.tv/helix", validation_alias="HELIX_URL", description="Twitch's API, or another."
    )
    token_url: str = Field(
        "https://id.twitch.tv/oauth2/token",
        validation_alias="TWITCH_TOKEN_URL",
        description="Where Twitch gives out tokens.",
    )
    igdb_url: str = Field(
        "https://api.igdb.com/v4", validation_alias="IGDB_URL", description="IGDB's API, or another server."
    )

    @field_validator("helix_url", "token_url", "igdb_url")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        """Refuse what cannot be called."""
        return called_address(value)


class SparkSettings(BaseSettings):
    """The cluster that runs the models where `AIRTIME_ENGINE` is spark."""

    spark_host: str = Field(
        "127.0.0.1", validation_alias="AIRTIME_SPARK_HOST", description="The cluster's Thrift server."
    )
    spark_port: int = Field(
        10000, ge=1, le=65535, validation_alias="AIRTIME_SPARK_PORT", description="Its port."
    )
    spark_master_port: int = Field(
        7077,
        ge=1,
        le=65535,
        validation_alias="AIRTIME_SPARK_MASTER_PORT",
        description="The port of the master that `make cluster` starts.",
    )
    spark_workers: int = Field(
        2,
        ge=1,
        validation_alias="AIRTIME_SPARK_WORKERS",
        description="Workers of one core each that `make cluster` starts.",
    )
    spark_memory: ByteSize = Field(
        ByteSize(2 * 2**30),
        ge=2**29,
        validation_alias="AIRTIME_SPARK_MEMORY",
        description="Memory of each of these workers and of the Thrift server, as in 3GB.",
    )


class ChatSettings(BaseSettings):
    """Who reads the chat of watched channels, and where."""

    chat_url: Annotated[str, AfterValidator(chat_address)] = Field(
        "ircs://irc.chat.twitch.tv:6697",
        validation_alias="AIRTIME_CHAT_URL",
        description="Where chat is read; `irc://`, without encryption, on this machine alone.",
    )
    chat_login: str = Field(
        "",
        validation_alias="AIRTIME_CHAT_LOGIN",
        description="The account that reads chat. Empty: nobody by name, which needs no token.",
    )
    chat_token: SecretStr = Field(
        SecretStr(""),
        validation_alias="AIRTIME_CHAT_TOKEN",
        description="That account's token, with the scope `chat:read`.",
    )
    chat_days: int = Field(
        30,
        ge=1,
        validation_alias="AIRTIME_CHAT_DAYS",
        description="Days for which texts and names of chat are kept, in raw and where they landed.",
    )
