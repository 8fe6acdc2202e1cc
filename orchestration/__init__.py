"""Decides when: Dagster assets, jobs, schedules and checks around ingestion, dbt and serving."""
