"""What publishing or exporting is stopped by: one sentence that says what, where and what to do."""


class CannotServe(Exception):
    """The published copy or the exports could not be renewed; the old ones are as they were."""


class DiskRefused(CannotServe):
    """The disk could not be written: it is full, or read-only, or may not be written by this user."""
