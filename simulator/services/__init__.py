"""Other services in a box: what can be tracked, with values that follow from the id and the moment."""
