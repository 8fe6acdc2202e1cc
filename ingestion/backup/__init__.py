"""Backups: what cannot be made or fetched again, copied to a folder and brought back from it."""
