"""Series of runs that differ in a setting."""
