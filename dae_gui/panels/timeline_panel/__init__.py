"""The time machine: a slider over the snapshots of a run, playing them, and writing them as a film."""

from dae_gui.panels.timeline_panel.panel import TimelinePanel

__all__ = ["TimelinePanel"]
