"""Noise that the network was not trained on."""

from dae_gui.panels.mismatch_panel.panel import MismatchPanel

__all__ = ["MismatchPanel"]
