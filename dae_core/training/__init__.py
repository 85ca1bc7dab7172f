"""Training: settings, schedules, optimizers, the trainer, and the values that it reports."""
