"""Reads what a description of a platform leaves to the environment: credentials and addresses."""

from ingestion.platforms.description import ClientCredentials, Description
from ingestion.variables import read_access


def variables_of(description: Description) -> dict[str, str]:
    """Return the description's variables; addresses that are not set are those that it names.

    Raises:
        MissingSetting: a credential is not set.
        WrongSettings: an address cannot be called, or a credential cannot be sent.
    """
    authentication = description.authentication
    addresses = {description.url_variable: description.url}
    if isinstance(authentication, ClientCredentials):
        addresses[authentication.url_variable] = authentication.url
    return read_access(addresses, authentication.variables, description.credentials_page)
