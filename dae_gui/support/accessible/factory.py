"""Which interface Qt gets for a widget; what Qt says of its own controls is mended where it says too little."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface, QTextDocumentFragment
from PySide6.QtWidgets import QAccessibleWidget, QComboBox, QLabel, QWidget
from shiboken6 import isValid

from dae_gui.support.accessible.interfaces import WidgetInterface

_Role, _Text = QAccessible.Role, QAccessible.Text
_BARE = ("QWidget", "QFrame", "QScrollArea")  # what is directly one of these is to Qt something without a role
_is_installed = False


def install() -> None:
    """Have Qt ask here from now on, once for all; Qt keeps each interface as long as its widget."""
    global _is_installed
    if not _is_installed:
        _is_installed = True
        QAccessible.installFactory(_interface_for)


def _interface_for(_class_name: str, thing: QObject | None) -> QAccessibleInterface | None:
    """Return the interface of a widget that Qt's own would not do for, or None. It is asked while widgets are made."""
    if not isinstance(thing, QWidget) or not isValid(thing):
        return None
    if hasattr(thing, "accessible_kind"):
        return WidgetInterface(thing)
    if isinstance(thing, QLabel):
        return _LabelInterface(thing)
    if isinstance(thing, QComboBox):
        return _ComboInterface(thing)
    return _PartInterface(thing) if thing.objectName() and _qt_class(thing) in _BARE else None


def _qt_class(widget: QWidget) -> str:
    """Return the name of the class of Qt's that a widget's is derived from."""
    return next(kind.__name__ for kind in type(widget).__mro__ if kind.__module__.startswith("PySide6."))


class _LabelInterface(QAccessibleWidget):
    """A label; of one that has a name Qt would tell that in the place of its text, and not with it."""

    def __init__(self, label: QLabel) -> None:
        super().__init__(label, _Role.StaticText)

    def text(self, what: QAccessible.Text) -> str:
        """Return the name with the text, and the text alone as the value."""
        label = self.object()
        if not isinstance(label, QLabel) or what not in (_Text.Name, _Text.Value):
            return super().text(what)
        shown, name = _plain(label), label.accessibleName()
        return shown if what == _Text.Value or name == shown else ": ".join(filter(None, (name, shown)))


def _plain(label: QLabel) -> str:
    """Return what a label shows, without marks of markup and mnemonics."""
    if label.textFormat() == Qt.TextFormat.RichText:
        return QTextDocumentFragment.fromHtml(label.text()).toPlainText()
    return label.text() if label.buddy() is None else label.text().replace("&", "")


class _ComboInterface(QAccessibleWidget):
    """A box to choose from; Qt tells on some systems what is chosen in the place of its name."""

    def __init__(self, box: QComboBox) -> None:
        super().__init__(box, _Role.ComboBox)

    def text(self, what: QAccessible.Text) -> str:
        """Return the name with what is chosen, and what is chosen alone as the value."""
        box = self.object()
        if not isinstance(box, QComboBox) or what not in (_Text.Name, _Text.Value):
            return super().text(what)
        chosen = box.currentText()
        return chosen if what == _Text.Value else ": ".join(filter(None, (super().text(what), chosen)))

    def state(self) -> QAccessible.State:
        """Return that it opens, and whether it is open."""
        state, box = super().state(), self.object()
        state.expandable = state.hasPopup = 1
        state.expanded = int(isinstance(box, QComboBox) and box.view().isVisible())
        return state

    def childCount(self) -> int:
        """Return that there is the list."""
        return 1

    def child(self, index: int) -> Any:
        """Return the list."""
        box: Any = self.object()
        is_list = isinstance(box, QComboBox) and index == 0
        return QAccessible.queryAccessibleInterface(box.view()) if is_list else None

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        """Return 0 for the list."""
        box = self.object()
        return 0 if isinstance(box, QComboBox) and child.object() is box.view() else -1


class _PartInterface(QAccessibleWidget):
    """A part of the window: one that has a name is a group to Qt, else something that only holds others."""

    def __init__(self, part: QWidget) -> None:
        super().__init__(part)

    def role(self) -> QAccessible.Role:
        """Return the role."""
        part = self.object()
        return _Role.Grouping if isinstance(part, QWidget) and part.accessibleName() else _Role.Client
