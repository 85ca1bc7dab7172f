"""The report on a run: measured, put into words, laid out on pages, and written as one HTML file."""
