"""Tests of imports of the two tables."""
