"""The raw input of the reference: worked, recorded and random worlds."""
