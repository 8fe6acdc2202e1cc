"""Tests of the notebooks as pages, in a real browser."""
