"""The network beside the classical denoisers."""

from dae_gui.panels.comparison_panel.panel import ComparisonPanel

__all__ = ["ComparisonPanel"]
