"""Tests of what airtime is deployed with."""
