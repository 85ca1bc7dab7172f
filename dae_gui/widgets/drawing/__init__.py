"""The drawing canvas."""
