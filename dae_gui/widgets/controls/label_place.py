"""Places for labels whose texts change many times a second, without the window being laid out each time.

Every text that a `QLabel` gets asks its parent for another layout, and each parent its own, up to the window. In a
place that has no layout, this ends.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

_SPARE_LETTERS = 4


class LabelPlace(QWidget):
    """As wide as its row leaves it, whatever the text of its label is.

    Parameters
    ----------
    label
        What it shows.
    parent
        The widget that it is in.
    """

    def __init__(self, label: QLabel, parent: QWidget) -> None:
        super().__init__(parent)
        self.label = label
        label.setParent(self)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def show_text(self, text: str) -> None:
        """Have the label show another text."""
        if text != self.label.text():
            self.label.setText(text)

    def sizeHint(self) -> QSize:
        """Return the height of the label; the width is what is left in the row."""
        return QSize(0, self.label.sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Return the same as ``sizeHint``."""
        return self.sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give all of it to the label."""
        super().resizeEvent(event)
        self.label.resize(self.size())

    def changeEvent(self, event: QEvent) -> None:
        """Be as large as other letters."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.updateGeometry()


class RunningPlace(LabelPlace):
    """As wide as the text of its label, or somewhat wider: only a longer text, or a far shorter one, changes that.

    So what is beside it does not jump with every digit.
    """

    def __init__(self, label: QLabel, parent: QWidget) -> None:
        super().__init__(label, parent)
        self._width = 0
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)

    def show_text(self, text: str) -> None:
        """Have the label show another text, and take the room that it needs."""
        super().show_text(text)
        needed, spare = self.label.sizeHint().width(), _SPARE_LETTERS * self.fontMetrics().averageCharWidth()
        if not self._width - spare <= needed <= self._width:
            self._width = needed
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Return the room that the label needs, or has."""
        hint = self.label.sizeHint()
        return QSize(max(hint.width(), self._width), hint.height())

    def changeEvent(self, event: QEvent) -> None:
        """Forget how wide the text was in other letters."""
        self._width = 0
        super().changeEvent(event)
