"""Tests of publishing and exporting, on real DuckDB files and with real reader processes."""
