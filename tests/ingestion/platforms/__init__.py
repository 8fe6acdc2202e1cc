"""Tests of platforms by declaration."""
