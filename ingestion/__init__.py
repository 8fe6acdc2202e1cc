"""Collects, lands and loads: everything between the platforms' interfaces and schema `raw`."""
