"""How fast the HTTP API answers, alone and while it is published to."""
