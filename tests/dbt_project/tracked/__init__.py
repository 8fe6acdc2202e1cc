"""Tests of the marts of tracked items."""
