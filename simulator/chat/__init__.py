"""A chat in a box: an IRC server that speaks as Twitch's does, with its defects on demand."""
