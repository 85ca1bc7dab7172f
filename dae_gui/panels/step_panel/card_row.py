"""The cards side by side; the arrow keys go along them."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QWidget

from dae_core.inspection.step_stages import Stage
from dae_gui.panels.step_panel.card import StageCard
from dae_gui.support.accessible import attach

_SPACING = 6


class CardRow(QScrollArea):
    """A card for each stage, from left to right; as high as the room, scrolled sideways.

    Parameters
    ----------
    stages
        What the cards show, in order.
    parent
        The widget that this one stands in.
    """

    def __init__(self, stages: tuple[Stage, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("stepCardRow")
        attach(self).setAccessibleName("Stages of one iteration, in order")
        self.setToolTip("← → go along the stages, Home and End to the first and the last")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidgetResizable(True)
        content = QWidget(self.viewport())
        layout = QHBoxLayout(content)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(_SPACING)
        self.cards = {stage.key: StageCard(i, stage, content) for i, stage in enumerate(stages, 1)}
        for card in self.cards.values():
            layout.addWidget(card)
        layout.addStretch(1)
        self.setWidget(content)

    def set_stages(self, stages: tuple[Stage, ...]) -> None:
        """Take other texts for the same stages."""
        for stage in stages:
            self.cards[stage.key].set_stage(stage)

    def fit(self) -> None:
        """Give the cards widths that suit the height."""
        height = self.height() - self.horizontalScrollBar().sizeHint().height()
        for card in self.cards.values():
            card.fit_to_height(height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the cards to the height."""
        super().resizeEvent(event)
        self.fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go along the cards with the arrow keys, Home and End."""
        key = event.key()
        if key not in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End):
            super().keyPressEvent(event)
            return
        bar = self.horizontalScrollBar()
        places = [card.x() for card in self.cards.values()]
        now = bar.value()
        if key == Qt.Key.Key_Home:
            bar.setValue(bar.minimum())
        elif key == Qt.Key.Key_End:
            bar.setValue(bar.maximum())
        elif key == Qt.Key.Key_Right:
            bar.setValue(next((place for place in places if place > now), bar.maximum()))
        else:
            bar.setValue(next((place for place in reversed(places) if place < now), bar.minimum()))

    def minimumSizeHint(self) -> QSize:
        """Return the size below which nothing can be read."""
        return QSize(200, 190)
