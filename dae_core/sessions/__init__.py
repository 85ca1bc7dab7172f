"""Runs and sessions as values, and as files."""
