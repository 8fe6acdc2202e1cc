"""Makes Arrow schemas of named columns, of the types that most of them have."""

import pyarrow as pa

TEXT, WHOLE, TIME = pa.string(), pa.int64(), pa.timestamp("us")


def arrow_schema(**columns: pa.DataType) -> pa.Schema:
    """Return the schema of these columns, in this order."""
    # a list of pairs would do as well, but has no type that pyarrow's stubs accept
    return pa.schema(columns)
