"""dbt as orchestration starts it, and what the models say about themselves."""
