"""Below a lesson of which all steps are done: what may be done with it now."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from dae_gui.widgets.controls.flow_layout import FlowLayout
from dae_gui.widgets.controls.named import push_button


class FinishRow(QWidget):
    """Two buttons; whoever connects them does it.

    Signals
    -------
    handInRequested(), reportRequested()
        The student wants to hand in, or to see the report.
    """

    handInRequested = Signal()
    reportRequested = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        tip = "Write one file for your teacher: your answers, your code and the run"
        hand_in = push_button("lessonHandInButton", "Hand in…", tip, self)
        hand_in.clicked.connect(self.handInRequested)
        tip = "Make the report of this session, with your words, your code and what you predicted"
        report = push_button("lessonReportButton", "Report…", tip, self)
        report.clicked.connect(self.reportRequested)
        flow = FlowLayout(self)
        flow.setContentsMargins(0, 0, 0, 0)
        for button in (hand_in, report):
            flow.addWidget(button)
