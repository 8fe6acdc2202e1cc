"""Tests of the schedules, assets and jobs: real Dagster, real dbt, the simulator over HTTP."""
