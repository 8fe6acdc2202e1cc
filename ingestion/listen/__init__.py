"""Reads the chat of watched channels as it comes: stamp and append first, parse later."""
