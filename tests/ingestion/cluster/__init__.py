"""The Spark cluster on this machine, and the models on it."""
