"""Lessons: the student's own code, what is predicted and measured, and what is handed in."""
