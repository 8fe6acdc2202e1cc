"""One file for each kind of definition, in plain Python."""
