"""The open session: its file, its runs, autosave and recovery."""
