"""Tests of crawls: undisturbed, disturbed, simulated."""
