"""Publishes the marts: the read-only copy and the exported tables that everyone else reads."""
