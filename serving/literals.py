"""Text as SQL spells it, for what cannot be bound as a parameter."""


def quoted(text: object) -> str:
    """Return a text or a path as a literal."""
    return "'" + str(text).replace("'", "''") + "'"


def identifier(name: str) -> str:
    """Return a name as an identifier."""
    return '"' + name.replace('"', '""') + '"'
