"""How near the marts come to the truth."""
