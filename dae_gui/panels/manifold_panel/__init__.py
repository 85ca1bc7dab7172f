"""Where the reconstruction leads when it is applied again and again."""

from dae_gui.panels.manifold_panel.panel import ManifoldPanel

__all__ = ["ManifoldPanel"]
