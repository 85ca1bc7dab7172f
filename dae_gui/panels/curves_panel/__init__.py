"""The panel of curves: error and sparsity of a run while it goes on, and of other runs behind them."""

from dae_gui.panels.curves_panel.card_row import Entry
from dae_gui.panels.curves_panel.overlays import Overlay
from dae_gui.panels.curves_panel.panel import CurvesPanel
from dae_gui.panels.curves_panel.start_card import StartCard

__all__ = ["CurvesPanel", "Entry", "Overlay", "StartCard"]
