"""Runs with their figures as rows of a table, made without training."""

import numpy as np

from dae_core.datasets import Dataset
from dae_core.evaluation.held_out import Figures
from dae_core.sessions.data_reference import DataReference
from dae_core.sessions.run import Label, Run
from dae_core.sweeps.run_row import RunRow
from dae_core.training.config import TrainingConfig
from dae_core.training.divergence import Divergence
from dae_core.training.history import Record
from dae_core.training.progress import Checkpoint
from dae_core.training.start import start_model

BASE = TrainingConfig(hidden_units=3, iterations=50)
IMAGES = np.random.default_rng(0).integers(0, 256, (20, 3, 2)).astype(np.uint8)
DATA = DataReference.of(Dataset("noise", IMAGES[:12], None, IMAGES[12:], None), "")


def make_row(
    name, mse=0.5, *, iteration=50, dead=1, diverged=None, changes=(), notes="", base=None, bound=0.4, **settings
):
    config = BASE.replace(**settings)
    rates = np.array([0.0] * dead + [0.5] * (config.hidden_units - dead))
    figures = None if mse is None else Figures(mse, 10.0, 8, 6, 0.25, rates)
    divergence = None if diverged is None else Divergence(diverged, "why", "do this", diverged - 1)
    checkpoint = Checkpoint(
        config, start_model(6, config), iteration, 0, config.iterations, 2.0, divergence=divergence, changes=changes
    )
    curve = np.ones(iteration, np.float32)
    label = Label(name.encode().hex(), name, notes, 0, "2026-01-01T10:00:00+00:00")
    run = Run(checkpoint, DATA, Record(curve, curve, (), ()), (), base, label, figures)
    return RunRow(run, figures, bound)
