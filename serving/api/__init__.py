"""The HTTP API: answers questions about what is published, and nothing else."""
