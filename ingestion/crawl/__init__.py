"""One pass over everything that is live, and what is shown of it while it runs."""
