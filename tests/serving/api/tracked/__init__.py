"""The API of tracked metrics."""
