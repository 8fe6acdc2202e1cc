"""Tests of tracked services in Dagster."""
