"""The panel of curves: error and sparsity of a run while it goes on, and of other runs behind them."""

from dae_gui.panels.curves_panel.overlays import Overlay
from dae_gui.panels.curves_panel.panel import CurvesPanel
from dae_gui.panels.curves_panel.recent_line import RecentLine

__all__ = ["CurvesPanel", "Overlay", "RecentLine"]
