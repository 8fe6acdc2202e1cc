"""The tests of ingestion/."""
