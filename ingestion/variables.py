"""Reads the variables that descriptions name, from where the settings come: the environment or `.env`."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from pydantic import Field, create_model
from pydantic_settings import BaseSettings, SettingsConfigDict

from ingestion.settings import ENV_FILE, MissingSetting, WrongSettings
from ingestion.settings.env_file import UnreadableEnvFile, encoding_of
from ingestion.settings.values import called_address


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


def read_access(
    addresses: Mapping[str, str], credentials: Collection[str], page: str = "", *, optional: bool = False
) -> dict[str, str]:
    """Return variables that lead to a service and open it: its addresses, and its credentials.

    Args:
        addresses: the variables of addresses, each with the address where it is not set.
        credentials: the variables of credentials.
        page: where credentials are got.
        optional: whether they may be missing; unless all are set, none is returned.

    Raises:
        MissingSetting: a credential is not set.
        WrongSettings: an address cannot be called, or a credential cannot be sent.
    """
    read = read_variables([*addresses, *credentials])
    for name in credentials:
        if not read[name] and not optional:
            source = f"get it at {page}" if page else "get it"
            raise MissingSetting(f"{name} is not set: {source} and put it into the environment or .env")
        if read[name] and not (read[name].isascii() and read[name].isprintable()):
            raise WrongSettings(f"setting {name}: it has a character that no credential has; copy it again")
    for name, default in addresses.items():
        try:
            read[name] = called_address(read[name] or default)
        except ValueError as error:
            raise WrongSettings(f"setting {name}: {error}") from error
    is_open = all(read[name] for name in credentials)
    return {name: value for name, value in read.items() if name in addresses or is_open}
