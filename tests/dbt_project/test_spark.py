"""The project as the Spark adapter reads it; no cluster is asked."""


def test_the_project_parses_for_spark(parsed):
    assert parsed("spark")["metadata"]["adapter_type"] == "spark"


def test_spark_has_the_models_and_tests_that_duckdb_has(parsed):
    assert set(parsed("spark")["nodes"]) == set(parsed("duckdb")["nodes"])
