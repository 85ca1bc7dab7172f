"""The main window: its tables, and the presenters that connect its parts."""
