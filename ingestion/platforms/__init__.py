"""Platforms by declaration: one YAML file each, and the one engine that crawls them."""
