"""One thing that is wrong with a run in a sentence, and the button that does something about it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from dae_core.inspection.diagnosis import Diagnosis, Remedy
from dae_core.model.architecture import Architecture
from dae_gui.support.plain_text import plain_tip
from dae_gui.support.theme import current_theme
from dae_gui.widgets.controls.named import text_label

_TEXTS = {
    Remedy.REVIVE: ("Revive dead units", "Give the dead units new start weights: {start}"),
    Remedy.HALVE: ("Halve the rate", "Set the learning rate to half, from now on"),
    Remedy.DOUBLE: ("Double the rate", "Set the learning rate to twice as much, from now on"),
}
_NO_RUN = "No run is under way"


class DiagnosisRow(QWidget):
    """A strip in the colour of warnings."""

    remedyChosen = Signal(Remedy)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._diagnosis: Diagnosis | None = None
        self._label = text_label("diagnosisLabel", "", self)
        self._label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.button = QPushButton(self)
        self.button.clicked.connect(self._on_clicked)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 3, 6, 3)
        layout.addWidget(self._label, 1)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignVCenter)
        self._follow_theme()

    def show_diagnosis(self, diagnosis: Diagnosis | None, architecture: Architecture, *, can_treat: bool) -> None:
        """Show a diagnosis, or hide; the button works where ``can_treat`` says that a run is under way.

        The architecture is the run's: it says what the start weights are.
        """
        self._diagnosis = diagnosis
        self.setVisible(diagnosis is not None)
        if diagnosis is None:
            return
        self._label.setText(diagnosis.sentence)
        self._label.setToolTip(plain_tip(f"Criterion: {diagnosis.criterion}."))
        self._label.setAccessibleName(f"Diagnosis: {diagnosis.problem.value}")
        self._label.setAccessibleDescription(f"{diagnosis.sentence} Criterion: {diagnosis.criterion}.")
        self.button.setVisible(diagnosis.remedy is not None)
        if diagnosis.remedy is not None:
            text, tip = _TEXTS[diagnosis.remedy]
            tip = tip.format(start=_start_weights(architecture))
            self.button.setObjectName(f"{diagnosis.remedy.value}Button")
            self.button.setText(text)
            self.button.setAccessibleName(text)
            self.button.setToolTip(plain_tip(tip if can_treat else f"{tip}.\n{_NO_RUN}"))
            self.button.setEnabled(can_treat)

    def text(self) -> str:
        """Return the sentence shown; empty where there is none."""
        return "" if self.isHidden() else self._label.text()

    @Slot()
    def _on_clicked(self) -> None:
        if self._diagnosis is not None and self._diagnosis.remedy is not None:
            self.remedyChosen.emit(self._diagnosis.remedy)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Fill the ground; the children draw themselves."""
        QPainter(self).fillRect(self.rect(), QColor(current_theme(self.palette()).warning_background))

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_label"):
            self._follow_theme()

    def _follow_theme(self) -> None:
        palette = self._label.palette()
        palette.setColor(QPalette.ColorRole.WindowText, QColor(current_theme(self.palette()).warning))
        self._label.setPalette(palette)


def _start_weights(architecture: Architecture) -> str:
    """Return how `AutoEncoder.random` draws the weights of a hidden unit of this architecture."""
    row = architecture.hidden
    weights = "W, with which V is tied," if architecture.tied else "W and V"
    return f"{weights} N(0, {row.weight_scale:g}²), bias {row.start_bias:g}"
