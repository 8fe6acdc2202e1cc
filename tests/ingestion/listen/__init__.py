"""Tests of the reader of chat, against a chat in a box."""
