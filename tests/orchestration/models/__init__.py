"""Tests of dbt as orchestration starts it."""
