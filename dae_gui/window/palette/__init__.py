"""The command palette and the list of keys: everything that there is to choose, found by any part of its name."""
