"""A slider with one place for each snapshot, and one more at its right end for the weights of now."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QLineF, QPoint, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QFont,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QSlider, QWidget

from dae_gui.support.accessible import Kind, Number, attach, tell
from dae_gui.support.plain_text import show_tip
from dae_gui.support.scale import line_width, scaled

EMPTY_TEXT = "Snapshots of the weights appear here during training"
NONE_KEPT_TEXT = "No snapshots of this run are kept, only its newest weights"

_MARGIN = 14  # left and right of the groove, so that the outer labels fit
_GROOVE_Y = 9
_RADIUS = 6
_LABEL_GAP = 14
_CLOSEST = 3  # pixels between two dashes
_STRIDES = (1, 2, 4, 8, 16, 32, 64, 128)
_WHEEL_STEP = 120


class SnapshotSlider(QSlider):
    """Places at equal distances, whatever the iterations between them; some are labelled with their iteration.

    Its value is twice the number of a place, so that a snapshot that is kept no more can stand between two places.
    The last place, after all snapshots, is "live".
    """

    accessible_kind = Kind.SLIDER

    placeChosen = Signal(int)
    """The user went to a place; the number of snapshots is "live"."""
    stepped = Signal(int)
    """The wheel was turned: so many places forward."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setObjectName("timelineSlider")
        self.setAccessibleName("Iteration to look at")
        self.setAccessibleDescription(
            "Left and right arrow go to the snapshot before or after, Home to the first, Escape back to now"
        )
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._iterations: tuple[int, ...] = ()
        self.empty_text = EMPTY_TEXT
        self._turned = 0
        attach(self)
        self.setRange(0, 0)
        self.setSingleStep(2)
        self.setPageStep(2)
        self.actionTriggered.connect(self._on_action_triggered)

    def set_iterations(self, iterations: Sequence[int]) -> None:
        """Have one place for each of these, and "live" after them."""
        if self._iterations != (new := tuple(iterations)):
            self._iterations = new
            self.setRange(0, 2 * len(new))
            self.update()

    def set_empty_text(self, text: str) -> None:
        """Say this where there are no snapshots."""
        if text != self.empty_text:
            self.empty_text = text
            self.update()

    def set_half_place(self, half_place: int) -> None:
        """Stand at twice the number of a place; an odd number is between two."""
        if half_place != self.value():
            self.setValue(half_place)
            self.update()
        tell(self)

    def iterations(self) -> tuple[int, ...]:
        """Return the iterations of the snapshots that it shows."""
        return self._iterations

    def count(self) -> int:
        """Return the number of snapshots."""
        return len(self._iterations)

    def x_of(self, place: float) -> float:
        """Return where a place is, in pixels from the left."""
        return scaled(_MARGIN) + place * self._pitch()

    def place_at(self, x: float) -> int:
        """Return the place nearest to a point."""
        return min(max(round((x - scaled(_MARGIN)) / self._pitch()), 0), self.count())

    def text_of(self, place: int) -> str:
        """Return what a place is called."""
        return "live" if place >= self.count() else f"{self._iterations[place]:,}"

    def _iteration(self) -> int:
        """Return the iteration that is shown; the newest one for "live", and the next one for a lost one."""
        if not self._iterations:
            return 0
        return self._iterations[min((self.value() + 1) // 2, self.count() - 1)]

    def accessible_value(self) -> str:
        """Return the iteration that is shown, and which of the snapshots it is."""
        if not self.count():
            return self.empty_text
        if self.value() == self.maximum():
            return f"live, after {self.count():,} snapshots up to iteration {self._iterations[-1]:,}"
        if self.value() % 2:
            return f"a snapshot that is kept no more, before iteration {self._iteration():,}"
        return f"iteration {self._iteration():,}, snapshot {self.value() // 2 + 1:,} of {self.count():,}"

    def accessible_number(self) -> Number:
        """Return the iteration that is shown."""
        ends = (self._iterations[0], self._iterations[-1]) if self._iterations else (0, 0)
        return Number(self._iteration(), *ends)

    def set_accessible_number(self, iteration: float) -> None:
        """Go to the snapshot nearest to an iteration."""
        if self._iterations:
            places = range(self.count())
            self.placeChosen.emit(min(places, key=lambda place: abs(self._iterations[place] - iteration)))

    def sizeHint(self) -> QSize:
        """Return room for the groove and the labels below it."""
        return QSize(460, scaled(_GROOVE_Y) + scaled(_RADIUS) + self._label_metrics_height() + 2)

    def minimumSizeHint(self) -> QSize:
        """Return room for the groove and the labels below it."""
        return QSize(120, self.sizeHint().height())

    # The user

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the place under the mouse."""
        if event.button() == Qt.MouseButton.LeftButton and self.count():
            self.setSliderDown(True)
            self._choose(event.position())
            event.accept()
        else:
            event.ignore()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the mouse while its button is held."""
        if self.isSliderDown():
            self._choose(event.position())
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self.setSliderDown(False)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave the keys to the panel, which knows what they mean."""
        event.ignore()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Step through the places: up is forward."""
        self._turned += event.angleDelta().y() or event.angleDelta().x()
        steps = int(self._turned / _WHEEL_STEP)
        self._turned -= steps * _WHEEL_STEP
        if steps and self.count():
            self.stepped.emit(steps)
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Show the iteration under the mouse as a tooltip."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip and self.count():
            show_tip(event.globalPos(), self.tooltip_at(event.pos()), self)
            return True
        return super().event(event)

    def tooltip_at(self, position: QPoint) -> str:
        """Return which iteration is at a place, above the slider's own tooltip."""
        if not self.count():
            return self.toolTip()
        place = self.place_at(position.x())
        name = "The weights of now" if place == self.count() else f"Snapshot of iteration {self.text_of(place)}"
        return f"{name}\n{self.toolTip()}"

    @Slot(int)
    def _on_action_triggered(self, _action: int) -> None:
        # Mouse and keys are handled above: this is what programs that read the screen do.
        self.placeChosen.emit((self.sliderPosition() + 1) // 2)

    def _choose(self, point: QPointF) -> None:
        self.placeChosen.emit(self.place_at(point.x()))

    # Painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint groove, snapshots, labels and handle."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        role, palette = QPalette.ColorRole, self.palette()
        start, radius = QPointF(scaled(_MARGIN), scaled(_GROOVE_Y)), scaled(_RADIUS)
        painter.setPen(QPen(palette.color(role.Mid), line_width(2)))
        painter.drawLine(start, QPointF(self.width() - start.x(), start.y()))
        if not self.count():
            painter.setPen(palette.color(role.PlaceholderText))
            below = self.rect().adjusted(0, scaled(_GROOVE_Y) + 2, 0, 0)
            painter.drawText(below, int(Qt.AlignmentFlag.AlignCenter), self.empty_text)
            return
        self._paint_places(painter)
        x = self.x_of(self.value() / 2)
        is_live = self.value() == self.maximum()
        if not is_live:
            painter.setPen(QPen(palette.color(role.Highlight), line_width(2)))
            painter.drawLine(start, QPointF(x, start.y()))
        painter.setPen(QPen(palette.color(role.Highlight), line_width(2)))
        painter.setBrush(palette.color(role.Base if is_live else role.Highlight))
        painter.drawEllipse(QPointF(x, start.y()), radius - 1, radius - 1)

    def _paint_places(self, painter: QPainter) -> None:
        """Paint a dash for each snapshot, and as many labels as fit."""
        palette, labels = self.palette(), self.labels()
        is_dense = self._pitch() < _CLOSEST
        dashes, top = [], scaled(_GROOVE_Y)
        for place in labels if is_dense else range(self.count() + 1):
            x = self.x_of(place)
            dashes.append(QLineF(x, top - scaled(3), x, top + scaled(5 if place in labels else 3)))
        painter.setPen(QPen(palette.color(QPalette.ColorRole.Mid), line_width()))
        painter.drawLines(dashes)
        painter.setFont(self._label_font())
        painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
        for place, box in labels.items():
            painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), self.text_of(place))

    def labels(self) -> dict[int, QRectF]:
        """Return which places are labelled, and where: at equal distances as many as fit, and "live"."""
        metrics, count = QFontMetricsF(self._label_font()), self.count()
        boxes: dict[int, QRectF] = {}
        stride = self._stride(metrics.horizontalAdvance(self.text_of(count - 1)) + _LABEL_GAP)
        for place in (count, *range(0, count, stride)):
            width = metrics.horizontalAdvance(self.text_of(place)) + 2
            left = min(max(self.x_of(place) - width / 2, 0.0), self.width() - width)
            box = QRectF(left, scaled(_GROOVE_Y) + scaled(_RADIUS), width, metrics.height())
            if place == count or box.right() + _LABEL_GAP <= boxes[count].left():
                boxes[place] = box
        return boxes

    def _stride(self, widest: float) -> int:
        return next((s for s in _STRIDES if s * self._pitch() >= widest), max(1, self.count()))

    def _pitch(self) -> float:
        return max(1.0, self.width() - 2 * scaled(_MARGIN)) / max(1, self.count())

    def _label_font(self) -> QFont:
        font = self.font()
        font.setPointSizeF(max(6.5, 0.85 * font.pointSizeF()))
        return font

    def _label_metrics_height(self) -> int:
        return self.fontMetrics().height()
