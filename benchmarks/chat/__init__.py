"""How much chat one listener bears, and how soon what is said is on the disk."""
