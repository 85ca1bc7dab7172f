"""The health of the run."""

from dae_gui.panels.health_panel.panel import HealthPanel

__all__ = ["HealthPanel"]
