"""How each function is checked: a file each, and what they share."""
