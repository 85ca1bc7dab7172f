"""How long a test waits for something that comes at once unless the machine is busy."""

SLOW = 60_000
"""Milliseconds. Nothing is waited for that long unless it never comes."""
