"""What publishing or exporting is stopped by: one sentence that says what, where and what to do."""


class CannotServe(Exception):
    """The published copy or the exports could not be renewed; the old ones are as they were."""


class DiskRefused(CannotServe):
    """The disk refused: it is full, or read-only, or what is on it is damaged."""
