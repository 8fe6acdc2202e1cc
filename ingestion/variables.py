"""Reads the variables that descriptions name, from where the settings come: the environment or `.env`."""

from collections.abc import Iterable
from typing import Any

from pydantic import Field, create_model
from pydantic_settings import BaseSettings, SettingsConfigDict

from ingestion.env_file import UnreadableEnvFile, encoding_of
from ingestion.settings import ENV_FILE, WrongSettings


class _Variables(BaseSettings):
    model_config = SettingsConfigDict(env_file=ENV_FILE, extra="ignore", env_ignore_empty=True)


def read_variables(names: Iterable[str]) -> dict[str, str]:
    """Return the value of each variable, "" for one that is not set.

    Raises:
        WrongSettings: `.env` cannot be read.
    """
    fields: dict[str, Any] = {
        f"variable_{number}": (str, Field("", validation_alias=name))
        for number, name in enumerate(dict.fromkeys(names))
    }
    try:
        model = create_model("Named", __base__=_Variables, **fields)
        read = model(**{"_env_file_encoding": encoding_of(ENV_FILE)})
    except UnreadableEnvFile as error:
        raise WrongSettings(str(error)) from error
    return {str(type(read).model_fields[name].validation_alias): getattr(read, name) for name in fields}
