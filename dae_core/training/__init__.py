"""Training: settings, schedules, optimizers, the trainer, and what it tells of itself."""
