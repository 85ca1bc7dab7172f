"""What is checked of a hand-in, a row each of a table."""
