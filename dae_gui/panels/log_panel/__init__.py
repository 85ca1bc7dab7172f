"""The log dock: what happened when."""

from dae_gui.panels.log_panel.panel import LogPanel

__all__ = ["LogPanel"]
