"""The interfaces through which programs that read the screen see our widgets.

Three things are to be known of Qt's interfaces in Python. ``interface_cast`` must return a `VoidPtr`, also for none:
Python's own None would be taken for an address. What it points to is kept by Python. And an interface that stands for
no widget of its own, as a tile's, lives in Qt's cache until it is taken out there, which is done with its widget.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import (
    QAccessible,
    QAccessibleActionInterface,
    QAccessibleInterface,
    QAccessibleValueInterface,
)
from PySide6.QtWidgets import QAccessibleWidget, QWidget
from shiboken6 import Object, VoidPtr, getCppPointer, isValid

from dae_gui.support.accessible.kinds import Items, Number

_Role, _Text, _Type = QAccessible.Role, QAccessible.Text, QAccessible.InterfaceType
_NONE = VoidPtr(0)


def _address(interface: Object) -> VoidPtr:
    return VoidPtr(getCppPointer(interface)[0])


class WidgetInterface(QAccessibleWidget):
    """A `Speaking` widget as it is seen by programs that read the screen. Holds no reference to the widget."""

    def __init__(self, widget: QWidget) -> None:
        kind = widget.accessible_kind  # type: ignore[attr-defined]  # it was looked for
        super().__init__(widget, kind.value)
        self._number = _NumberInterface(self)
        self._items: dict[int, _ItemInterface] = {}
        if hasattr(widget, "accessible_items"):
            widget.destroyed.connect(_Forgetting(self._items))

    def speaker(self) -> Any:
        """Return the widget, a `Speaking` one; None while it is being deleted."""
        return self.object()

    def text(self, what: QAccessible.Text) -> str:
        """Return name, value or description; the description begins with the value, as not all readers ask for that."""
        if what not in (_Text.Value, _Text.Description):
            return super().text(what)
        speaker = self.speaker()
        value = "" if speaker is None else str(speaker.accessible_value())
        if what == _Text.Value or speaker is None:
            return value
        return ". ".join(part.rstrip(".") for part in (value, super().text(what)) if part)

    def number(self) -> Number | None:
        """Return the value as a number, or None where it is none."""
        ask = getattr(self.speaker(), "accessible_number", None)
        return None if ask is None else ask()

    def interface_cast(self, kind: QAccessible.InterfaceType) -> Any:
        """Return the address of an interface for a number; actions are Qt's."""
        if kind == _Type.ValueInterface:
            return _address(self._number) if self.number() is not None else _NONE
        return super().interface_cast(kind) or _NONE

    # What the widget consists of

    def items(self) -> Items | None:
        """Return what the widget consists of, or None."""
        ask = getattr(self.speaker(), "accessible_items", None)
        return None if ask is None else ask()

    def childCount(self) -> int:
        """Return the number of items, or of widgets in this one."""
        items = self.items()
        return super().childCount() if items is None else items.count

    def child(self, index: int) -> Any:
        """Return an item, or a widget."""
        items = self.items()
        if items is None:
            return super().child(index)
        if not 0 <= index < items.count:
            return None
        if index not in self._items:
            self._items[index] = _ItemInterface(self, index)
        return self._items[index]

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        """Return the index of an item, or of a widget."""
        return child.index if isinstance(child, _ItemInterface) else int(super().indexOfChild(child))

    def childAt(self, x: int, y: int) -> Any:
        """Return what is at a point of the screen."""
        items = self.items()
        if items is None:
            return super().childAt(x, y)
        place = self.speaker().mapFromGlobal(QPoint(x, y)).toPointF()
        return next((self.child(i) for i in range(items.count) if items.place(i).contains(place)), None)

    def focusChild(self) -> Any:
        """Return the item that is selected while the widget has the focus."""
        items = self.items()
        if items is None or items.chosen is None or not self.speaker().hasFocus():
            return super().focusChild()
        return self.child(items.chosen)


class _Forgetting:
    """Takes the interfaces of items out of Qt's cache when their widget is gone."""

    def __init__(self, items: dict[int, _ItemInterface]) -> None:
        self._items = items

    def __call__(self, _widget: object = None) -> None:
        for item in self._items.values():
            if isValid(item):
                QAccessible.deleteAccessibleInterface(QAccessible.uniqueId(item))
        self._items.clear()


class _NumberInterface(QAccessibleValueInterface):
    """A widget's value as a number."""

    def __init__(self, owner: WidgetInterface) -> None:
        super().__init__()
        self._owner = owner

    def _ask(self) -> Number:
        return self._owner.number() or Number(0.0, 0.0, 0.0)

    def currentValue(self) -> float:
        """Return the value."""
        return self._ask().value

    def minimumValue(self) -> float:
        """Return the least that it can be."""
        return self._ask().least

    def maximumValue(self) -> float:
        """Return the most that it can be."""
        return self._ask().most

    def minimumStepSize(self) -> float:
        """Return by how much it changes at least."""
        return self._ask().step

    def setCurrentValue(self, value: Any) -> None:
        """Hand another value to the widget, if that takes one."""
        take = getattr(self._owner.speaker(), "set_accessible_number", None)
        if take is not None:
            take(float(value))


class _ItemInterface(QAccessibleInterface):
    """One of the things that a widget paints, as a tile of a mosaic."""

    def __init__(self, owner: WidgetInterface, index: int) -> None:
        super().__init__()
        self._owner, self.index = owner, index
        self._press = _PressInterface(self)

    def _items(self) -> Items | None:
        return self._owner.items() if isValid(self._owner) and self._owner.isValid() else None

    def isValid(self) -> bool:
        """Whether there is such an item."""
        items = self._items()
        return items is not None and self.index < items.count

    def object(self) -> Any:
        """Return None: only the whole is a widget."""
        return None

    def window(self) -> Any:
        """Return the window that it is in."""
        return self._owner.window()

    def parent(self) -> Any:
        """Return the whole."""
        return self._owner

    def child(self, _index: int) -> Any:
        """Return None: there is nothing in it."""
        return None

    def childCount(self) -> int:
        """Return 0."""
        return 0

    def childAt(self, _x: int, _y: int) -> Any:
        """Return None."""
        return None

    def indexOfChild(self, _child: QAccessibleInterface) -> int:
        """Return that there is none."""
        return -1

    def role(self) -> QAccessible.Role:
        """Return that it is one of many."""
        return _Role.ListItem

    def text(self, what: QAccessible.Text) -> str:
        """Return its name."""
        items = self._items()
        return items.name(self.index) if items is not None and self.isValid() and what == _Text.Name else ""

    def setText(self, _what: QAccessible.Text, _text: str) -> None:
        """Change nothing."""

    def rect(self) -> QRect:
        """Return where it is on the screen."""
        items = self._items()
        place = QRect() if items is None else items.place(self.index).toRect()
        if place.isNull():
            return place
        return QRect(self._owner.speaker().mapToGlobal(place.topLeft()), place.size())

    def state(self) -> QAccessible.State:
        """Return that it can be selected, whether it is, and whether it is to be seen."""
        state, items = QAccessible.State(), self._items()
        if items is None or not self.isValid():
            state.invalid = 1
            return state
        widget = self._owner.speaker()
        state.selectable = state.focusable = 1
        state.selected = int(items.chosen == self.index)
        state.focused = int(items.chosen == self.index and widget.hasFocus())
        state.invisible = int(not widget.isVisible())
        state.offscreen = int(items.place(self.index).isNull())
        return state

    def interface_cast(self, kind: QAccessible.InterfaceType) -> Any:
        """Return the address of the interface that selects it."""
        return _address(self._press) if kind == _Type.ActionInterface else _NONE

    def choose(self) -> None:
        """Select it."""
        items = self._items()
        if items is not None and self.isValid():
            items.choose(self.index)


class _PressInterface(QAccessibleActionInterface):
    """Selects an item for a program that reads the screen."""

    def __init__(self, item: _ItemInterface) -> None:
        super().__init__()
        self._item = item

    def actionNames(self) -> list[str]:
        """Return the one action."""
        return [QAccessibleActionInterface.pressAction()]

    def doAction(self, name: str) -> None:
        """Select the item."""
        if name == QAccessibleActionInterface.pressAction():
            self._item.choose()

    def keyBindingsForAction(self, _name: str) -> list[str]:
        """Return no key."""
        return []
