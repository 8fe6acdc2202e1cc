"""Asks services for what is tracked: within their budgets, side by side, landed before it is read."""
