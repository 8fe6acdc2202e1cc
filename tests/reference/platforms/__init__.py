"""What several platforms have in common: their games, and the mart that spans them."""
