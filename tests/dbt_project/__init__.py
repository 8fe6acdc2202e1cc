"""Tests of the models: real dbt on real DuckDB files, against the reference."""
