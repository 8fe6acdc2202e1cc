"""The assets of each layer, with the jobs' steps that make them."""
