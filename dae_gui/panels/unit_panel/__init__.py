"""The unit dock's content: what one hidden unit looks for, adds, does and is worth."""

from dae_gui.panels.unit_panel.panel import UnitPanel

__all__ = ["UnitPanel"]
