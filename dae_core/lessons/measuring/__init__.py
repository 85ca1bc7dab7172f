"""The measurements of lessons, by subject; `dae_core.lessons.measurements` is their table."""
