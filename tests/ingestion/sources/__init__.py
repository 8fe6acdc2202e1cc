"""Tests of kinds, and of what their answers say."""
