"""The runs dock: all runs of the session side by side, and sweeps."""

from dae_gui.panels.runs_panel.panel import RunsPanel

__all__ = ["RunsPanel"]
