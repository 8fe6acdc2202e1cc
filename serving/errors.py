"""What publishing or exporting is stopped by: one sentence that says what, where and what to do."""

from ingestion.exits import BUSY, FAILED, Refused


class CannotServe(Refused):
    """The published copy or the exports could not be renewed; the old ones are as they were."""


class DiskRefused(CannotServe):
    """The disk refused: it is full, or read-only, or what is on it is damaged."""

    exit_code = FAILED


class InUse(CannotServe):
    """Another process holds what is to be read or renewed."""

    exit_code = BUSY
