"""What every part of the window uses: theme, settings, background jobs, undo, the event log."""
