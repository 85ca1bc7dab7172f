"""The data set dock's content: which data sets there are, and what the present one is like."""

from dae_gui.panels.dataset_panel.panel import DatasetPanel

__all__ = ["DatasetPanel"]
