"""Handing a lesson in, and grading what was handed in."""
