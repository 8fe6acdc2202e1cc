"""Answers in the shapes that the services give, and the readings that they have to make."""
