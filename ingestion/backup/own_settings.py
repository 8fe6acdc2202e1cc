"""The settings in effect as a file that can be a `.env`, without secrets unless they are asked for."""

from urllib.parse import urlsplit

from pydantic import SecretStr

from ingestion.settings import Settings

OF_THE_PLACE = {"home"}
CREDENTIALS = {"twitch_client_id"}


def as_env(settings: Settings, *, with_secrets: bool) -> tuple[str, list[str]]:
    """Return the settings that were set, a line each, and the variables that were left out as secret.

    `AIRTIME_HOME` is never among them: a restored home lies where it is restored to.
    """
    lines, left_out = [], []
    for name, field in type(settings).model_fields.items():
        value = getattr(settings, name)
        if name in settings.model_fields_set - OF_THE_PLACE and value is not None:
            variable = str(field.validation_alias)
            if with_secrets or not _is_secret(name, value):
                lines.append(f"{variable}={_quoted(_plain(value))}\n")
            else:
                left_out.append(variable)
    return "".join(lines), left_out


def _is_secret(name: str, value: object) -> bool:
    is_address_with_user = isinstance(value, str) and bool(urlsplit(value).username)
    return isinstance(value, SecretStr) or name in CREDENTIALS or is_address_with_user


def _plain(value: object) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return str(int(value)) if isinstance(value, int) else str(value)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
