"""What Qt lends of what belongs to others: an action of a menu, the field of a label."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import QObject

T = TypeVar("T", bound=QObject)


def lent(thing: T | None) -> T | None:
    """Return what a method of Qt has returned, left with its own parent.

    PySide counts what such a method returns, as ``QMenu.activeAction`` or ``QLabel.buddy``, as a part of the object
    that was asked. When that one is deleted, as a menu that pops up is when it closes, whoever else holds the action in
    Python is told that it "is already deleted", although it is not; and where that happens while Qt handles an event of
    a widget, PySide 6.10 ends the process under Python 3.11 and older. To be given the parent that it has changes
    nothing for Qt, and sets PySide right.
    """
    if thing is not None and thing.parent() is not None:
        thing.setParent(thing.parent())
    return thing
