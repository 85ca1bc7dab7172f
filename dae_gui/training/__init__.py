"""The training thread and what drives it."""
