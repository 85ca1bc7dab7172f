"""The drawings that the user keeps: a set for each size of images, saved at every change."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal, Slot

from dae_core.datasets import DataError, OwnSet, own_set_names
from dae_gui.support import notices

NAME = "My digits"
USUAL_SHAPE = (28, 28)


def set_name(shape: tuple[int, int]) -> str:
    """Return the name of the set for images of a size (height, width) in pixels."""
    return NAME if shape == USUAL_SHAPE else f"{NAME} {shape[0]} x {shape[1]}"


class OwnDigits(QObject):
    """Keeps drawings, takes the last one back, and saves at once: nothing is lost when the window closes.

    Signals
    -------
    changed(str)
        The set of this name has another number of drawings.
    undoAvailable(bool)
        Whether a drawing can be taken back.
    """

    changed = Signal(str)
    undoAvailable = Signal(bool)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._set: OwnSet | None = None

    @Slot(object, object)
    def keep(self, image: NDArray[np.uint8], label: int | None) -> None:
        """Add a drawing.

        Parameters
        ----------
        image
            What the network sees, uint8 (h, w).
        label
            What it is, 0 to 9; None: not said.
        """
        try:
            own = self._opened((image.shape[0], image.shape[1]))
            own.add(image, label)
        except DataError as error:
            notices.warn(self, str(error))
            return
        what = "a drawing" if label is None else f"a {label}"
        if self._save(own):
            notices.note(self, f"Kept {what} in {own.name}: {_drawings(len(own))}")
        else:
            own.undo()

    @Slot()
    def take_back(self) -> None:
        """Take back the drawing that was kept last since the program started."""
        own = self._set
        if own is not None and own.can_undo:
            if own.is_stale:  # what was kept last may be of another window
                self.reload()
                notices.warn(self, f"Nothing was taken back: another window has changed {own.name} since.")
                return
            own.undo()
            if self._save(own):
                notices.note(self, f"Taken back: {_drawings(len(own))} in {own.name}")
            else:
                own.redo()

    @Slot()
    def reload(self) -> None:
        """Read anew what is on the disk when it is needed: a set was changed or deleted there."""
        if self._set is not None and self._set.is_stale:
            self._set = None
            self.undoAvailable.emit(False)

    def _opened(self, shape: tuple[int, int]) -> OwnSet:
        name = set_name(shape)
        if self._set is None or self._set.name != name or self._set.is_stale:
            self._set = OwnSet.load(name) if name in own_set_names() else OwnSet(name, shape)
        return self._set

    def _save(self, own: OwnSet) -> bool:
        try:
            if len(own):
                own.save()
            else:  # there is no empty file of images
                OwnSet.delete(own.name)
        except DataError as error:
            notices.warn(self, str(error))
            return False
        self.undoAvailable.emit(own.can_undo)
        self.changed.emit(own.name)
        return True


def _drawings(count: int) -> str:
    return f"{count:,} drawing{'' if count == 1 else 's'}"
