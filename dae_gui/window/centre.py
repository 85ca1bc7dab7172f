"""The centre of the window: the curves, with what comes and goes below them."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from dae_gui.panels.curves_panel import CurvesPanel
from dae_gui.support.scale import current
from dae_gui.widgets.controls.message_banner import MessageBanner
from dae_gui.widgets.controls.named import named
from dae_gui.widgets.controls.panel_area import PanelArea
from dae_gui.widgets.controls.progress_strip import ProgressStrip

_LEAST_WIDTH = 300
_LEAST_LINES = 11  # of the usual size: a message takes its room from the docks below, not from the curves


class Centre(QFrame):
    """Holds the curves, the strip of a data set that is being loaded, and the banner.

    Parameters
    ----------
    curves
        The panel.
    parent
        Owner of this widget.
    """

    def __init__(self, curves: CurvesPanel, parent: QWidget) -> None:
        super().__init__(parent)
        named(self, "centre")
        self.banner = MessageBanner(self)
        self.loading_strip = ProgressStrip(
            "loading", "How far the data is loaded", "Stop loading; the present data set stays", self
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)  # its frame
        layout.setSpacing(0)
        lines = round(_LEAST_LINES * self.fontMetrics().height() / current().size)
        area = PanelArea(curves, self, QSize(_LEAST_WIDTH, lines))
        area.setMinimumHeight(lines)
        layout.addWidget(area, 1)
        layout.addWidget(self.loading_strip)  # below the plot, so that no control moves when they come and go
        layout.addWidget(self.banner)
