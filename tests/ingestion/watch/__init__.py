"""Tests of the watch list."""
