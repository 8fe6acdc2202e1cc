"""A Twitch in a box: Helix, token and IGDB over real HTTP, with a known truth."""
