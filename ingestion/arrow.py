"""Makes Arrow schemas of named columns."""

import pyarrow as pa


def arrow_schema(**columns: pa.DataType) -> pa.Schema:
    """Return the schema of these columns, in this order."""
    # a list of pairs would do as well, but has no type that pyarrow's stubs accept
    return pa.schema(columns)
