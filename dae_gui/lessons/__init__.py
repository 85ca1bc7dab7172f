"""Lessons in the window, and what they are solved with."""
