"""Tests of the HTTP API, over real HTTP from a real published copy."""
