"""The denoise dock: draw or pick a digit, and see what the present weights make of it."""

from dae_gui.panels.denoise_panel.digit_source import DigitSource
from dae_gui.panels.denoise_panel.panel import DenoisePanel

__all__ = ["DenoisePanel", "DigitSource"]
