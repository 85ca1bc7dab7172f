"""How fast a run goes: from one iteration a second to as fast as the machine can."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QSlider, QVBoxLayout, QWidget

from dae_gui.support.accessible import Kind, speaks, tell
from dae_gui.support.plain_text import PlainLabel
from dae_gui.widgets.controls.named import named

PACES: tuple[float | None, ...] = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, None)


class PaceSlider(QWidget):
    """A slider with the pace in words below it.

    Parameters
    ----------
    parent
        The widget that it stands in.
    """

    paceChanged = Signal(object)
    """Iterations a second, or None for as fast as it goes."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._slider = QSlider(Qt.Orientation.Horizontal, self)
        named(self._slider, "paceSlider", "Pace", "From one iteration a second to as fast as the machine goes")
        self._slider.setRange(0, len(PACES) - 1)
        self._slider.setPageStep(3)
        self._slider.setValue(len(PACES) - 1)
        speaks(self._slider, Kind.SLIDER, self.text)
        self._slider.valueChanged.connect(self._on_moved)
        self._label = PlainLabel(parent=self)
        self._label.setObjectName("paceLabel")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._slider)
        layout.addWidget(self._label)
        self._show_pace()

    def pace(self) -> float | None:
        """Return the chosen iterations a second; None is as fast as it goes."""
        return PACES[self._slider.value()]

    def controls(self) -> tuple[QWidget, ...]:
        """Return what the user moves."""
        return (self._slider,)

    def text(self) -> str:
        """Return the chosen pace in words."""
        pace = self.pace()
        return "as fast as it goes" if pace is None else f"{pace:,.0f} digit{'' if pace == 1 else 's'} a second"

    @Slot()
    def _on_moved(self) -> None:
        self._show_pace()
        self.paceChanged.emit(self.pace())

    def _show_pace(self) -> None:
        self._label.setText(self.text())
        tell(self._slider)
