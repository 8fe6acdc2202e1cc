"""Tests of what speaks to the platforms."""
