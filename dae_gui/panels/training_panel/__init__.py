"""The training dock: all settings of a run, and the pace at which it goes."""

from dae_gui.panels.training_panel.panel import PACES, TrainingPanel

__all__ = ["PACES", "TrainingPanel"]
