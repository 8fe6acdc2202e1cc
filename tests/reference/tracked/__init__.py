"""What is tracked, computed a second time, slowly and obviously."""
