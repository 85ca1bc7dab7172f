"""Plots that stay fast for ten million points."""
