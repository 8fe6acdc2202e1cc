"""What a plan for growth needs, computed from measured figures."""
