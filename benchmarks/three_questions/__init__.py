"""The three questions of the original test, asked of airtime and of its contestants."""
