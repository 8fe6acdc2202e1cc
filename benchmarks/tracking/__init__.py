"""Benchmarks of tracked metrics: asking for what is due, a day of readings, the cost of having none."""
