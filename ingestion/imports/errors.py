"""What an import of the two tables is refused with: one sentence that says where, what and what to do."""

from ingestion.exits import Refused


class ImportRefused(Refused):
    """The import cannot be done as asked; nothing has been landed."""


class BadTable(ImportRefused):
    """A file cannot be read as its table; the message names file, line, column, fault and remedy."""


class BadCell(ValueError):
    """A cell's value is not what its column holds; the message says why, without the place."""


class Unsure(Exception):
    """The fast reader met something that only the careful reader can judge."""
