"""The watch list: whose chat, events and minutes are gathered besides the crawls."""
