"""The interface of a widget; what Qt says of its own controls is mended where it says too little."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface, QTextDocumentFragment
from PySide6.QtWidgets import QAccessibleWidget, QComboBox, QLabel, QProgressBar, QSlider, QWidget
from shiboken6 import isValid

from dae_gui.support.accessible.interfaces import WidgetInterface
from dae_gui.support.accessible.kinds import Kind, Number
from dae_gui.support.lent import lent

W = TypeVar("W", bound=QWidget)
_Role, _Text = QAccessible.Role, QAccessible.Text
_kept: list[QAccessibleInterface] = []
_purge_at = 1000


def attach(widget: W) -> W:
    """Give a widget the interface through which programs that read the screen see it, and return the widget.

    To be called when it is made, for `Speaking` widgets, labels, boxes to choose from, and parts of the window that
    have a name. A factory of interfaces would be asked by Qt in the middle of the making of widgets, and PySide would
    then take those that are not yet known to Python for others.
    """
    made = _interface_of(widget)
    QAccessible.deleteAccessibleInterface(QAccessible.uniqueId(QAccessible.queryAccessibleInterface(widget)))
    QAccessible.registerAccessibleInterface(made)
    _keep(made)
    return widget


def speaks(
    widget: QSlider | QProgressBar,
    kind: Kind,
    say: Callable[[], str],
    number: Callable[[], Number] | None = None,
) -> None:
    """Make a `Speaking` widget of one of Qt's: it says its value in words, with the unit.

    Parameters
    ----------
    widget, kind
        The widget, and what it is.
    say
        Returns its value in words.
    number
        Returns its value as a number; that of the widget where there is none.
    """

    def own() -> Number:
        return Number(widget.value(), widget.minimum(), widget.maximum())

    for name, what in (
        ("accessible_kind", kind),
        ("accessible_value", say),
        ("accessible_number", number or own),
        ("set_accessible_number", lambda value: widget.setValue(round(value))),
    ):
        setattr(widget, name, what)
    attach(widget)


def _keep(made: QAccessibleInterface) -> None:
    """Keep an interface until Qt deletes it, together with its widget."""
    global _purge_at
    if len(_kept) >= _purge_at:
        _kept[:] = [one for one in _kept if isValid(one)]
        _purge_at = max(1000, 2 * len(_kept))
    _kept.append(made)


def _interface_of(widget: QWidget) -> QAccessibleInterface:
    if hasattr(widget, "accessible_kind"):
        return WidgetInterface(widget)
    if isinstance(widget, QLabel):
        return _LabelInterface(widget)
    return _ComboInterface(widget) if isinstance(widget, QComboBox) else _PartInterface(widget)


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
    return label.text() if lent(label.buddy()) is None else label.text().replace("&", "")


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

    def state(self) -> QAccessible.State:
        """Return the state; what hands the focus on to another cannot have it."""
        state, part = super().state(), self.object()
        if isinstance(part, QWidget) and lent(part.focusProxy()) is not None:
            state.focusable = 0
        return state
