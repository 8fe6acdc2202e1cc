"""The models against a script that was written by hand for the same figures."""
