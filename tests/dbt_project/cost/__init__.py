"""What a build costs, in statements and in rows."""
