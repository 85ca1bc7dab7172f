"""Arrays shown as pictures, saved and copied."""
