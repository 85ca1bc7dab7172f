"""What a scroll area holds whose texts are broken into lines: just as high as it must be at its width."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget


class ScrolledColumn(QWidget):
    """Leaves its height to `heightForWidth`.

    A layout's least height is that of the texts at their narrowest: a scroll area would add a multiple of what is
    shown as an empty room below it.
    """

    def minimumSizeHint(self) -> QSize:
        """Return no height."""
        return QSize(super().minimumSizeHint().width(), 0)
