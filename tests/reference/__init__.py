"""The slow, obvious reference: every mart from its definition, by dictionaries and loops."""
