"""Parses the platform's times."""

from collections.abc import Sequence

import pyarrow as pa


def parse_moments(texts: Sequence[str | None]) -> pa.Array:
    """Return RFC 3339 texts as naive UTC microseconds; "" and null are null.

    Raises:
        ValueError: a text is no such time (as pyarrow's ArrowInvalid).
        TypeError: a value is not text (as pyarrow's ArrowTypeError).
    """
    moments = pa.array([text or None for text in texts], pa.string())
    return moments.cast(pa.timestamp("us", "UTC")).cast(pa.timestamp("us"))
