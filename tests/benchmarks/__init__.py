"""Tests of benchmarks/: each benchmark at a tiny size, so that what is compared stays the same."""
