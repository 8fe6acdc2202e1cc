"""Reads what a stranger describes in YAML: plain values, known keys, and a sentence for each fault."""
