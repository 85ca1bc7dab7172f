"""Prepare a lesson: a lesson made from the present window, step by step, and saved as one file."""
