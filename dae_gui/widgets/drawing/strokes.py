"""A drawing that is made of strokes, with undo and redo; no widget."""

from collections import deque

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QPointF, Signal
from PySide6.QtGui import QImage

from dae_gui.support.undo import UNDO_LIMIT, Step, UndoHistory
from dae_gui.widgets.drawing.ink import InkBuffer


class DrawingStep(Step):
    """A change of a drawing, as two snapshots of some kilobytes each.

    Parameters
    ----------
    text
        What was done.
    drawing
        To what.
    before, after
        Its ink before and after the step.
    """

    def __init__(self, text: str, drawing: "Drawing", before: bytes, after: bytes) -> None:
        super().__init__(text, drawing)
        self._drawing, self._before, self._after = drawing, before, after

    def take_back(self) -> None:
        """Return to the ink before the step."""
        self._drawing.restore(self._before)

    def do_again(self) -> None:
        """Return to the ink after the step."""
        self._drawing.restore(self._after)


class Drawing(QObject):
    """Ink on paper, and signals that tell of every change; each change is a step of a history.

    The history is the drawing's own, until `use_history` puts it into one that others share.

    Parameters
    ----------
    shape
        Rows and columns (h, w) of the image that the drawing stands for.
    """

    changed = Signal()
    """The ink is visibly another; also during a stroke."""

    def __init__(self, shape: tuple[int, int], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ink = InkBuffer(shape)
        self._before = b""  # how things were before the stroke that is being drawn
        self._stroke_text = ""
        self._samples: deque[bytes] = deque(maxlen=UNDO_LIMIT)  # as many as there are steps that lead back to them
        self.history = UndoHistory(self)
        """Where the steps go; to be replaced with ``use_history`` only."""

    def use_history(self, history: UndoHistory) -> None:
        """Put the steps from now on into a history that others share; those so far are forgotten."""
        self.history.forget(self)
        if self.history.parent() is self:
            self.history.deleteLater()
        self.history = history

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns (h, w) of the image."""
        return self._ink.shape

    def set_shape(self, shape: tuple[int, int]) -> None:
        """Start a blank drawing of another shape (h, w), without history; the same shape changes nothing."""
        if (int(shape[0]), int(shape[1])) != self._ink.shape:
            self._ink = InkBuffer(shape)
            self.history.forget(self)
            self.changed.emit()

    def forget_steps(self) -> None:
        """Make what is drawn now the beginning: none of the steps so far can be taken back."""
        self.end_stroke()
        self.history.forget(self)

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

    def set_image(self, image: NDArray[np.uint8], text: str = "picture", *, is_sample: bool = False) -> None:
        """Replace the drawing by an image, uint8 of shape (h, w), smoothly enlarged, as one step of this name.

        A sample is there to be looked at: the first stroke of the pen on it begins a new drawing, on blank paper.
        """
        self.end_stroke()
        before = self._ink.snapshot()
        self._ink.load(image)
        if is_sample:
            self._samples.append(self._ink.snapshot())
        self._record(before, text)

    def clear(self) -> None:
        """Remove all ink, as one step."""
        self.end_stroke()
        before = self._ink.snapshot()
        self._ink.clear()
        self._record(before, "clearing the canvas")

    def begin_stroke(self, position: QPointF, width: float, erase: bool) -> None:
        """Put the pen down at a position, in pixels of the image: x along columns, y along rows.

        On a sample it begins a new drawing, and taking that stroke back brings the sample back.
        """
        self.end_stroke()
        self._before = self._ink.snapshot()
        if not erase and self._before in self._samples:
            self._ink.clear()
        self._stroke_text = "erasing" if erase else "stroke"
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
            self._record(self._before, self._stroke_text, tell_change=False)

    def undo(self) -> None:
        """Take back the last step of the history; without one nothing happens."""
        self.end_stroke()
        self.history.undo()

    def redo(self) -> None:
        """Do the step of the history again that was last taken back; without one nothing happens."""
        self.end_stroke()
        self.history.redo()

    def restore(self, snapshot: bytes) -> None:
        """Return to earlier ink; for the history. A stroke that is being drawn is lost."""
        self._ink.restore(snapshot)
        self.changed.emit()

    def _record(self, before: bytes, text: str, *, tell_change: bool = True) -> None:
        after = self._ink.snapshot()
        if after != before:
            if tell_change:
                self.changed.emit()
            self.history.add(DrawingStep(text, self, before, after))
