"""Choosing, loading and importing data, and keeping own drawings."""
