"""Tracked metrics: what a kind is, which items are tracked, what an answer says, when it is next asked."""
