"""The one line of steps that the user can take back and do again, whatever part of the window they belong to."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QUndoCommand, QUndoStack

UNDO_LIMIT = 200
MERGE_SECONDS = 1.5  # between two changes of the same thing that count as one step


class Step(QUndoCommand):
    """Something that was done, and how it is taken back and done again.

    A subclass overrides ``take_back`` and ``do_again``; they are called in turn, by an `UndoHistory` alone.

    Parameters
    ----------
    text
        What was done, as it stands behind "Undo": ``stroke``, ``learning rate 0.0005 → 0.001``.
    owner
        Whose step it is, for `UndoHistory.forget`.
    """

    def __init__(self, text: str, owner: object = None) -> None:
        super().__init__(text)
        self.owner = owner
        self._is_on_stack = False

    def take_back(self) -> None:
        """Make things as they were before the step."""
        raise NotImplementedError

    def do_again(self) -> None:
        """Make things as they were after the step."""
        raise NotImplementedError

    def undo(self) -> None:
        """Take the step back; for the stack."""
        self.take_back()

    def redo(self) -> None:
        """Do the step again; for the stack, which calls this also when the step, long done, is put on it."""
        if self._is_on_stack:
            self.do_again()
        self._is_on_stack = True

    def obstacle(self, *, undoing: bool) -> str:
        """Return a sentence why the step cannot be taken back (or done again) now; empty where it can."""
        del undoing
        return ""


class _Call(Step):
    def __init__(self, text: str, undo: Callable[[], object], redo: Callable[[], object], owner: object) -> None:
        super().__init__(text, owner)
        self._undo, self._redo = undo, redo

    def take_back(self) -> None:
        self._undo()

    def do_again(self) -> None:
        self._redo()


class UndoHistory(QObject):
    """The last 200 steps in the order in which they were done.

    A step is added when it has been done already. What is added while a step is being taken back or done again belongs
    to that step, and is not a new one.

    Parameters
    ----------
    parent
        The object that it belongs to.
    clock
        Seconds that only grow, to tell one quick succession of changes from the next.

    Signals
    -------
    changed()
        There is another step to take back or to do again.
    refused(str)
        A step was not taken back or done again: why, in a sentence. It stays where it is.
    """

    changed = Signal()
    refused = Signal(str)

    def __init__(self, parent: QObject | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(parent)
        self._stack = QUndoStack(self)
        self._stack.setUndoLimit(UNDO_LIMIT)
        self._clock = clock
        self._time = 0.0
        self._is_sealed = True
        self._is_moving = False

    # What there is

    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return self._next(undoing=True) is not None

    def can_redo(self) -> bool:
        """Whether there is a step to do again."""
        return self._next(undoing=False) is not None

    def undo_text(self) -> str:
        """Return what would be taken back; empty where there is nothing."""
        step = self._next(undoing=True)
        return "" if step is None else step.text()

    def redo_text(self) -> str:
        """Return what would be done again; empty where there is nothing."""
        step = self._next(undoing=False)
        return "" if step is None else step.text()

    # Adding

    def push(self, text: str, undo: Callable[[], object], redo: Callable[[], object], owner: object = None) -> None:
        """Add a step that has been done.

        Parameters
        ----------
        text
            What was done, as it stands behind "Undo": ``delete Run 3``.
        undo, redo
            Take it back; do it again. They must not raise.
        owner
            Whose step it is, for `forget`.
        """
        self.add(_Call(text, undo, redo, owner))

    def add(self, step: Step) -> None:
        """Add a step that has been done; one that follows quickly on its like becomes part of it (``mergeWith``)."""
        if self._is_moving:
            return
        now, last = self._clock(), self._last()
        is_quick = not self._is_sealed and now - self._time <= MERGE_SECONDS
        self._time, self._is_sealed = now, False
        if is_quick and last is not None and last.mergeWith(step):
            if last.isObsolete():  # the changes took each other back
                self._move(self._stack.undo)
        else:
            self._move(lambda: self._stack.push(step))
        self.changed.emit()

    @Slot()
    def seal(self) -> None:
        """Let the last step be as it is: what comes next is a step of its own."""
        self._is_sealed = True

    def forget(self, owner: object) -> None:
        """Drop all steps of an owner, for they can no longer be taken back; the others stay."""
        for index in range(self._stack.count()):
            step = self._at(index)
            if step is not None and step.owner is owner:
                step.setObsolete(True)
        self.changed.emit()

    def clear(self) -> None:
        """Drop all steps."""
        self._stack.clear()
        self.changed.emit()

    # Moving

    @Slot()
    def undo(self) -> None:
        """Take back the last step; without one nothing happens."""
        self._go(self._stack.undo, undoing=True)

    @Slot()
    def redo(self) -> None:
        """Do the step again that was last taken back; without one nothing happens."""
        self._go(self._stack.redo, undoing=False)

    def _go(self, move: Callable[[], object], *, undoing: bool) -> None:
        step = self._next(undoing=undoing)
        if step is None or self._is_moving:
            return
        self.seal()
        reason = step.obstacle(undoing=undoing)
        if reason:
            self.refused.emit(reason)
            return
        while self._present(undoing=undoing) is not step:  # these were forgotten: the stack drops them in passing
            self._move(move)
        self._move(move)
        self.changed.emit()

    def _move(self, move: Callable[[], object]) -> None:
        self._is_moving = True
        try:
            move()
        finally:
            self._is_moving = False

    # Looking

    def _at(self, index: int) -> Step | None:
        command = self._stack.command(index) if 0 <= index < self._stack.count() else None
        return command if isinstance(command, Step) else None

    def _present(self, *, undoing: bool) -> Step | None:
        """Return the step beside the present place, forgotten or not."""
        return self._at(self._stack.index() - 1 if undoing else self._stack.index())

    def _next(self, *, undoing: bool) -> Step | None:
        """Return the nearest step before (or behind) the present place that was not forgotten."""
        place = self._stack.index()
        indices = range(place - 1, -1, -1) if undoing else range(place, self._stack.count())
        steps = (self._at(index) for index in indices)
        return next((step for step in steps if step is not None and not step.isObsolete()), None)

    def _last(self) -> Step | None:
        """Return the last step, if there is nothing to do again behind it."""
        is_at_end = self._stack.index() == self._stack.count()
        step = self._present(undoing=True) if is_at_end else None
        return None if step is None or step.isObsolete() else step
