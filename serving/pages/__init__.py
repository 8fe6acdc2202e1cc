"""The web pages: which there are, and what stands around each of them."""
