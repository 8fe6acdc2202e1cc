"""Every public defect of the platform, to be switched on by name."""
