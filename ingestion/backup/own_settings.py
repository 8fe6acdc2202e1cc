"""The settings in effect as a file that can be a `.env`, without secrets unless they are asked for."""

from contextlib import suppress
from urllib.parse import urlsplit

from pydantic import SecretStr

from ingestion.descriptions.yaml_file import BadDescription
from ingestion.platforms.credentials import settings_by_variable
from ingestion.platforms.reading import description_files, read_description
from ingestion.settings import Settings
from ingestion.settings.values import called_address
from ingestion.variables import read_variables

OF_THE_PLACE = {"home"}
CREDENTIALS = {"twitch_client_id"}


def as_env(settings: Settings, *, with_secrets: bool) -> tuple[str, list[str]]:
    """Return the settings that were set, a line each, and the variables that were left out as secret.

    Variables that descriptions of platforms name are among them. `AIRTIME_HOME` never is: a restored home
    lies where it is restored to.
    """
    lines, left_out = [], []
    for variable, (text, is_secret) in (_of_descriptions(settings) | _own(settings)).items():
        if with_secrets or not is_secret:
            lines.append(f"{variable}={_quoted(text)}\n")
        else:
            left_out.append(variable)
    return "".join(lines), left_out


def _own(settings: Settings) -> dict[str, tuple[str, bool]]:
    """Return each setting that was set: its variable, its text, and whether that is secret."""
    found = {}
    for name, field in type(settings).model_fields.items():
        value = getattr(settings, name)
        if name in settings.model_fields_set - OF_THE_PLACE and value is not None:
            is_secret = isinstance(value, SecretStr) or name in CREDENTIALS or _has_user(value)
            found[str(field.validation_alias)] = _plain(value), is_secret
    return found


def _of_descriptions(settings: Settings) -> dict[str, tuple[str, bool]]:
    """Return the same of the variables that descriptions name; only an address may be told."""
    credentials, names = set[str](), set[str]()
    for file in description_files(settings).values():
        with suppress(BadDescription):  # which says nothing of its variables
            description = read_description(file)
            names.update(description.variables)
            credentials.update(description.authentication.variables)
    names -= settings_by_variable().keys()
    set_ = {name: text for name, text in read_variables(sorted(names)).items() if text}
    return {name: (text, name in credentials or not _may_be_told(text)) for name, text in set_.items()}


def _may_be_told(text: str) -> bool:
    try:
        return not _has_user(called_address(text))
    except ValueError:
        return False


def _has_user(value: object) -> bool:
    return isinstance(value, str) and bool(urlsplit(value).username)


def _plain(value: object) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return str(int(value)) if isinstance(value, int) else str(value)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
