"""The panels of the main window; none knows another."""
