"""The two tables of a recorded history, streamers and games, into the landing zone."""
