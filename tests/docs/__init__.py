"""Tests of the documentation and of what is around the code."""
