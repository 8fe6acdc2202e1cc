"""The other platforms' interfaces, over the same truth as Helix, with their publicly known defects."""
