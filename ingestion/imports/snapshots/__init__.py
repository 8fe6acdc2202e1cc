"""Dumps of the platform's own answers, into landed crawls like those of a live one."""
