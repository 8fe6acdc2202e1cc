"""Tests of backups and what is brought back from them."""
