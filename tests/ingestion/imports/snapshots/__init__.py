"""Tests of imports of dumps."""
