"""Imports of what others recorded, into landed files like those of a live crawl."""
