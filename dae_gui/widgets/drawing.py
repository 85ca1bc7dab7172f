"""A drawing that is made of strokes, with undo and redo; no widget."""

from collections import deque

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QPointF, Signal
from PySide6.QtGui import QImage

from dae_gui.widgets.ink import InkBuffer

UNDO_LEVELS = 100


class UndoSteps:
    """Steps to take back and to do again, as snapshots of bytes; the oldest are forgotten.

    Parameters
    ----------
    levels
        How many steps are kept.
    """

    def __init__(self, levels: int) -> None:
        self._past: deque[bytes] = deque(maxlen=levels)
        self._future: deque[bytes] = deque(maxlen=levels)

    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return bool(self._past)

    def can_redo(self) -> bool:
        """Whether there is a step to do again."""
        return bool(self._future)

    def record(self, before: bytes) -> None:
        """Remember how things were before a step; what was taken back earlier is forgotten."""
        self._past.append(before)
        self._future.clear()

    def undo(self, now: bytes) -> bytes:
        """Return the snapshot before the last step; call only if `can_undo`."""
        self._future.append(now)
        return self._past.pop()

    def redo(self, now: bytes) -> bytes:
        """Return the snapshot after the step last taken back; call only if `can_redo`."""
        self._past.append(now)
        return self._future.pop()

    def clear(self) -> None:
        """Forget all steps."""
        self._past.clear()
        self._future.clear()


class Drawing(QObject):
    """Ink on paper, its history, and signals that tell of every change.

    Parameters
    ----------
    shape
        Rows and columns (h, w) of the image that the drawing stands for.
    parent
        The object that this one belongs to.
    """

    changed = Signal()
    """The ink is visibly another; also during a stroke."""
    undoAvailableChanged = Signal(bool)
    redoAvailableChanged = Signal(bool)

    def __init__(self, shape: tuple[int, int], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ink = InkBuffer(shape)
        self._steps = UndoSteps(UNDO_LEVELS)
        self._available = (False, False)
        self._before = b""  # how things were before the stroke that is being drawn

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns (h, w) of the image."""
        return self._ink.shape

    def set_shape(self, shape: tuple[int, int]) -> None:
        """Start a blank drawing of another shape (h, w), without history; the same shape changes nothing."""
        if (int(shape[0]), int(shape[1])) != self._ink.shape:
            self._ink = InkBuffer(shape)
            self._steps.clear()
            self._tell()

    def picture(self) -> QImage:
        """Return the ink as a finely resolved picture, 8 bits grey; do not paint on it."""
        return self._ink.picture()

    def image(self) -> NDArray[np.uint8]:
        """Return the drawing as uint8 of shape (h, w), 0 black to 255 white, an own copy."""
        return self._ink.image()

    def is_blank(self) -> bool:
        """Whether there is no ink."""
        return self._ink.is_blank()

    def is_stroking(self) -> bool:
        """Whether a stroke was begun and not ended."""
        return self._ink.is_stroking()

    def set_image(self, image: NDArray[np.uint8]) -> None:
        """Replace the drawing by an image, uint8 of shape (h, w), smoothly enlarged, as one step."""
        self.end_stroke()
        before = self._ink.snapshot()
        self._ink.load(image)
        self._record(before)

    def clear(self) -> None:
        """Remove all ink, as one step."""
        self.end_stroke()
        before = self._ink.snapshot()
        self._ink.clear()
        self._record(before)

    def begin_stroke(self, position: QPointF, width: float, erase: bool) -> None:
        """Put the pen down at a position, in pixels of the image: x along columns, y along rows."""
        self.end_stroke()
        self._before = self._ink.snapshot()
        self._ink.begin_stroke(position, width, erase)
        self.changed.emit()

    def extend_stroke(self, position: QPointF) -> None:
        """Move the pen on."""
        if self._ink.extend_stroke(position):
            self.changed.emit()

    def end_stroke(self) -> None:
        """Lift the pen: the stroke becomes one step, unless it left everything as it was."""
        if self._ink.is_stroking():
            self._ink.end_stroke()
            self._record(self._before, tell_change=False)

    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return self._steps.can_undo()

    def can_redo(self) -> bool:
        """Whether there is a step to do again."""
        return self._steps.can_redo()

    def undo(self) -> None:
        """Take back the last step; without one nothing happens."""
        self.end_stroke()
        if self._steps.can_undo():
            self._ink.restore(self._steps.undo(self._ink.snapshot()))
            self._tell()

    def redo(self) -> None:
        """Do the step again that was last taken back; without one nothing happens."""
        self.end_stroke()
        if self._steps.can_redo():
            self._ink.restore(self._steps.redo(self._ink.snapshot()))
            self._tell()

    def _record(self, before: bytes, *, tell_change: bool = True) -> None:
        if self._ink.snapshot() != before:
            self._steps.record(before)
            self._tell(change=tell_change)

    def _tell(self, *, change: bool = True) -> None:
        had_undo, had_redo = self._available
        can_undo, can_redo = self._available = (self._steps.can_undo(), self._steps.can_redo())
        if change:
            self.changed.emit()
        if can_undo != had_undo:
            self.undoAvailableChanged.emit(can_undo)
        if can_redo != had_redo:
            self.redoAvailableChanged.emit(can_redo)
