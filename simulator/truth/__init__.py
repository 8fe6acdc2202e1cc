"""The simulated world: a pure function of its seed and of time."""
