"""Speaks to the platforms: calls over HTTP, tokens, rate limits, pages, the fields of their rows."""
