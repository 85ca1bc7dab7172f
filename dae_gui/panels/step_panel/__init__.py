"""The step dock: one iteration under the lens."""

from dae_gui.panels.step_panel.panel import StepPanel

__all__ = ["StepPanel"]
