"""Tests of asking for what is tracked."""
