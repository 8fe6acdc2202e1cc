"""Reads what a description of a platform leaves to the environment: credentials and addresses."""

from pydantic import SecretStr

from ingestion.platforms.description import ClientCredentials, Description
from ingestion.settings import Settings
from ingestion.variables import read_access


def variables_of(description: Description, settings: Settings) -> dict[str, str]:
    """Return the description's variables; addresses that are not set are those that it names.

    Variables that are settings, as Twitch's are, have the values that the settings have.

    Raises:
        MissingSetting: a credential is not set.
        WrongSettings: an address cannot be called, or a credential cannot be sent.
    """
    authentication = description.authentication
    addresses = {description.url_variable: description.url}
    if isinstance(authentication, ClientCredentials):
        addresses[authentication.url_variable] = authentication.url
    of_settings = settings_by_variable()
    if of_settings.keys() >= set(description.variables):
        settings.credentials()
        names = {variable: of_settings[variable] for variable in description.variables}
        found = {variable: _plain(getattr(settings, name)) for variable, name in names.items()}
        unset = {one: url for one, url in addresses.items() if names[one] not in settings.model_fields_set}
        return found | unset
    return read_access(addresses, authentication.variables, description.credentials_page)


def settings_by_variable() -> dict[str, str]:
    """Return the name of each setting by its variable."""
    return {str(field.validation_alias): name for name, field in Settings.model_fields.items()}


def _plain(value: object) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)
