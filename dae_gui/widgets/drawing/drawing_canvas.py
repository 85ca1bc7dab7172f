"""A square of black paper to draw a digit on, which a network sees as a few pixels."""

from collections.abc import Callable
from enum import Enum
from functools import partial

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from dae_gui.support.accessible import Kind, attach, tell
from dae_gui.support.plain_text import plain_tip
from dae_gui.widgets.drawing.canvas_paint import paint_blank_text, paint_brush, paint_frame, paint_paper
from dae_gui.widgets.drawing.strokes import Drawing

MINIMUM_BRUSH_SIZE = 0.5
MAXIMUM_BRUSH_SIZE = 6.0
DEFAULT_BRUSH_SIZE = 2.2

_ERASER_FACTOR = 1.5  # a little wider than the pen, so that one pass over a stroke leaves no rim
_MARGIN = 2.0
_REDO_KEYS = (QKeySequence("Ctrl+Shift+Z"), QKeySequence("Ctrl+Y"))
_CLEAR_KEYS = (QKeySequence("Del"), QKeySequence("Backspace"))
_BRUSH_STEP = 0.25


class Tool(Enum):
    """What the left mouse button does."""

    PEN = "pen"
    ERASER = "eraser"


class DrawingCanvas(QWidget):
    """Draws white ink on black with the mouse; ``drawing`` is what comes of it, as an image of few pixels.

    The left button draws with the chosen tool; the right button, or Shift, erases. Ctrl+Z, Ctrl+Shift+Z (or Ctrl+Y)
    and Delete work while the canvas has the focus; ``[`` and ``]`` change the size of the brush.

    Parameters
    ----------
    shape
        Rows and columns (h, w) of the image.
    """

    accessible_kind = Kind.CANVAS

    brushSizeChanged = Signal(float)
    """The brush has another size (network pixels)."""

    def __init__(self, shape: tuple[int, int] = (28, 28), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.drawing = Drawing(shape, self)
        self._tool = Tool.PEN
        self._brush_size = DEFAULT_BRUSH_SIZE
        self._stroke_button = Qt.MouseButton.NoButton
        self._mouse: QPointF | None = None
        self._erasing = False
        self._blank_text = "Draw here"
        self.drawing.changed.connect(self._on_drawing_changed)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)  # the right button erases
        attach(self)
        self.setAccessibleName("Drawing canvas")
        self.setAccessibleDescription(
            "Draw with the left mouse button, erase with the right one or with Shift. "
            "Delete clears, brackets change the brush"
        )
        self.setToolTip(
            plain_tip(
                "Draw with the left mouse button; the right button or Shift erases.\n"
                "Ctrl+Z undoes, Ctrl+Shift+Z redoes, Delete clears, [ and ] change the brush."
            )
        )

    def accessible_value(self) -> str:
        """Return whether there is ink, and how much of the paper it covers."""
        if self.drawing.is_blank():
            return "blank"
        return f"drawn, {float(np.mean(self.drawing.image() > 0)):.0%} of the pixels have ink"

    @Slot()
    def _on_drawing_changed(self) -> None:
        self.update()
        tell(self)

    def copy_content(self) -> bool:
        """Put the drawing on the clipboard as a picture; return whether there is any."""
        if self.drawing.is_blank():
            return False
        QGuiApplication.clipboard().setImage(self.drawing.picture().copy())
        return True

    def set_blank_text(self, text: str) -> None:
        """Show this on blank paper: what there is to draw."""
        self._blank_text = text
        self.update()

    # -- tools ---------------------------------------------------------------------------------------------------

    def tool(self) -> Tool:
        """Return what the left button does."""
        return self._tool

    def set_tool(self, tool: Tool) -> None:
        """Choose what the left button does, from the next stroke on."""
        self._tool = tool
        self._erasing = self._tool is Tool.ERASER
        self.update()

    def brush_size(self) -> float:
        """Width of the pen in pixels of the image; the eraser is half as wide again."""
        return self._brush_size

    @Slot(float)
    def set_brush_size(self, size: float) -> None:
        """Set the width of the pen in pixels of the image; values outside 0.5 to 6 are moved to the nearer end."""
        size = min(max(float(size), MINIMUM_BRUSH_SIZE), MAXIMUM_BRUSH_SIZE)
        if size != self._brush_size:
            self._brush_size = size
            self.update()
            self.brushSizeChanged.emit(size)

    # -- geometry and painting -----------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        """Return a comfortable square."""
        return QSize(280, 280)

    def minimumSizeHint(self) -> QSize:
        """Return the smallest square that one can draw in."""
        return QSize(112, 112)

    def paper(self) -> QRectF:
        """Return the black area, in this widget's coordinates: as large as fits, centred, of the image's aspect."""
        height, width = self.drawing.shape
        scale = max(min((self.width() - 2 * _MARGIN) / width, (self.height() - 2 * _MARGIN) / height), 1e-3)
        area = QRectF(0.0, 0.0, scale * width, scale * height)
        area.moveCenter(QPointF(self.width() / 2, self.height() / 2))
        return area

    def _to_image(self, position: QPointF) -> QPointF:
        paper, (height, width) = self.paper(), self.drawing.shape
        place = position - paper.topLeft()
        return QPointF(place.x() * width / paper.width(), place.y() * height / paper.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the paper, the ink and the brush."""
        paper, (_, width) = self.paper(), self.drawing.shape
        painter = QPainter(self)
        paint_paper(painter, paper, self.drawing.picture(), self.palette(), enabled=self.isEnabled())
        if self.drawing.is_blank():
            paint_blank_text(painter, paper, self.font(), self._blank_text)
        paint_frame(painter, paper, self.palette(), focused=self.hasFocus())
        if self._mouse is not None and self.isEnabled():
            paint_brush(painter, paper, self._mouse, self._brush_width() * paper.width() / width, self._erasing)

    # -- events --------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a stroke with a dot."""
        if self.drawing.is_stroking() or event.button() not in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
            return
        self._mouse, self._stroke_button = event.position(), event.button()
        self._erasing = self._would_erase(event) or event.button() == Qt.MouseButton.RightButton
        self.drawing.begin_stroke(self._to_image(event.position()), self._brush_width(), self._erasing)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draw on, or only move the circle that shows the brush."""
        self._mouse = event.position()
        if not self.drawing.is_stroking():
            self._erasing = self._would_erase(event)
            self.update()
        elif event.buttons() & self._stroke_button:
            self.drawing.extend_stroke(self._to_image(event.position()))
        else:
            self.drawing.end_stroke()  # the button was let go somewhere else

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the stroke."""
        if self.drawing.is_stroking() and event.button() == self._stroke_button:
            self.drawing.extend_stroke(self._to_image(event.position()))
            self.drawing.end_stroke()
            self._erasing = self._would_erase(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Undo, redo, clear, change the brush's size, or show the eraser while Shift is held."""
        action = self._action_of(event)
        if action is not None:
            action()
        elif event.key() == Qt.Key.Key_Shift:
            self._show_eraser(True)
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Show the chosen tool again when Shift is let go."""
        if event.key() == Qt.Key.Key_Shift:
            self._show_eraser(self._tool is Tool.ERASER)
        else:
            super().keyReleaseEvent(event)

    def event(self, event: QEvent) -> bool:
        """Claim the canvas's own keys before the window's shortcuts get them, and forget the mouse when it leaves."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if self._action_of(event) is not None:
                event.accept()
                return True
        elif event.type() in (QEvent.Type.Leave, QEvent.Type.Hide):
            self._mouse = None
            self.update()
            if event.type() == QEvent.Type.Hide:
                self.drawing.end_stroke()
        return super().event(event)

    def _action_of(self, event: QKeyEvent) -> Callable[[], None] | None:
        """Return what a key does here, or None."""
        keys = QKeySequence(event.keyCombination())
        if event.matches(QKeySequence.StandardKey.Undo):
            return self.drawing.undo
        if event.matches(QKeySequence.StandardKey.Redo) or keys in _REDO_KEYS:
            return self.drawing.redo
        if keys in _CLEAR_KEYS:
            return self.drawing.clear
        step = {"[": -_BRUSH_STEP, "]": _BRUSH_STEP}.get(event.text())
        return None if step is None else partial(self.set_brush_size, self._brush_size + step)

    def _brush_width(self) -> float:
        return self._brush_size * (_ERASER_FACTOR if self._erasing else 1.0)

    def _would_erase(self, event: QMouseEvent) -> bool:
        return self._tool is Tool.ERASER or bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)

    def _show_eraser(self, erasing: bool) -> None:
        if not self.drawing.is_stroking():
            self._erasing = erasing
            self.update()
