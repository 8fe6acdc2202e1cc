"""Reads what a description of a platform leaves to the environment: credentials and addresses."""

from ingestion.platforms.description import ClientCredentials, Description
from ingestion.setting_values import called_address
from ingestion.settings import MissingSetting, WrongSettings
from ingestion.variables import read_variables


def variables_of(description: Description) -> dict[str, str]:
    """Return the description's variables; addresses that are not set are those that it names.

    Raises:
        MissingSetting: a credential is not set.
        WrongSettings: an address cannot be called, or a credential cannot be sent.
    """
    read, authentication = read_variables(description.variables), description.authentication
    for name in authentication.variables:
        if not read[name]:
            raise MissingSetting(
                f"{name} is not set: get it at {description.credentials_page} and put it into the "
                "environment or .env"
            )
        if not (read[name].isascii() and read[name].isprintable()):
            raise WrongSettings(f"setting {name}: it has a character that no credential has; copy it again")
    addresses = {description.url_variable: description.url}
    if isinstance(authentication, ClientCredentials):
        addresses[authentication.url_variable] = authentication.url
    for name, default in addresses.items():
        try:
            read[name] = called_address(read[name] or default)
        except ValueError as error:
            raise WrongSettings(f"setting {name}: {error}") from error
    return read
