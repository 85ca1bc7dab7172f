"""Is the run healthy?"""

from dae_gui.panels.health_panel.panel import HealthPanel

__all__ = ["HealthPanel"]
