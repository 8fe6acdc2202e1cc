"""What a crawl leaves of the rate limit, spent on names, games, IGDB, followers and archives."""
