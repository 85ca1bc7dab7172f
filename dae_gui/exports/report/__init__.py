"""The report on pages: laid out, drawn as PDF or as pictures, previewed and written."""
