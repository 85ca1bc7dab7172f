"""What a program that reads the screen would stumble over in a window."""

from collections.abc import Iterator

from PySide6.QtGui import QAccessible, QAccessibleInterface, QAction
from PySide6.QtWidgets import QTabBar, QWidget

_ROLE, _TEXT = QAccessible.Role, QAccessible.Text
_WITHOUT_MEANING = (_ROLE.NoRole, _ROLE.Client, _ROLE.LayeredPane)
_NAMED = (
    *(_ROLE.Button, _ROLE.ButtonMenu, _ROLE.CheckBox, _ROLE.RadioButton, _ROLE.ComboBox, _ROLE.SpinBox, _ROLE.Slider),
    *(_ROLE.Chart, _ROLE.Graphic, _ROLE.Canvas, _ROLE.PageTab, _ROLE.Table, _ROLE.Tree, _ROLE.List, _ROLE.ListItem),
    *(_ROLE.EditableText, _ROLE.MenuItem, _ROLE.Dialog, _ROLE.Window, _ROLE.ProgressBar),
)
_WITH_VALUE = (_ROLE.Slider, _ROLE.ProgressBar, _ROLE.Chart, _ROLE.Graphic, _ROLE.Canvas, _ROLE.SpinBox)
_MAY_BE_EMPTY = (_ROLE.StaticText, _ROLE.Cell, _ROLE.Separator)
_MOST_ITEMS = 60


def faults(widget: QWidget) -> list[str]:
    """Return what is wrong with a widget and with all in it that is to be seen."""
    return list(dict.fromkeys(_faults(QAccessible.queryAccessibleInterface(widget), "")))


def count(widget: QWidget) -> int:
    """Return how many things there are in a widget, for a program that reads the screen."""
    return sum(1 for _ in _all(QAccessible.queryAccessibleInterface(widget)))


def _children(interface: QAccessibleInterface) -> Iterator[QAccessibleInterface]:
    for index in range(min(interface.childCount(), _MOST_ITEMS)):
        child = interface.child(index)
        thing = child.object()
        # Qt keeps tabs of docks that are alone somewhere behind the menus.
        if not child.state().invisible and not (isinstance(thing, QTabBar) and thing.count() < 2):
            yield child


def _all(interface: QAccessibleInterface) -> Iterator[QAccessibleInterface]:
    yield interface
    for child in _children(interface):
        yield from _all(child)


def _faults(interface: QAccessibleInterface, where: str) -> Iterator[str]:
    thing, role, name = interface.object(), interface.role(), interface.text(_TEXT.Name).strip()
    where += f"/{thing.objectName() or type(thing).__name__ if thing is not None else name}"
    hands_on = isinstance(thing, QWidget) and thing.focusProxy() is not None  # as Qt's pages with tabs do
    can_have_focus = interface.state().focusable and not hands_on
    if can_have_focus and role in _WITHOUT_MEANING and not isinstance(thing, QAction):
        yield f"{where} can have the focus and is a {role.name}"
    if not name and role not in _MAY_BE_EMPTY and (can_have_focus or role in _NAMED):
        yield f"{where}, a {role.name}, has no name"
    if role in _WITH_VALUE and not interface.text(_TEXT.Value).strip():
        yield f"{where}, a {role.name}, has no value"
    if role in (_ROLE.Slider, _ROLE.ProgressBar) and interface.text(_TEXT.Value).strip().isdigit():
        yield f"{where} says {interface.text(_TEXT.Value)} without a unit"
    if isinstance(thing, QWidget) and role in _WITHOUT_MEANING and _paints(thing) and not thing.findChildren(QWidget):
        yield f"{where} paints itself and is a {role.name}"
    twins: set[tuple[QAccessible.Role, str]] = set()
    for child in _children(interface):
        named = child.role(), child.text(_TEXT.Name)
        if child.state().focusable and named[1] and child.role() != _ROLE.Cell:
            if named in twins:
                yield f"{where} has two of {named[0].name} {named[1]!r}"
            twins.add(named)
        if child.parent() is None:
            yield f"{where} has a child that knows no parent: {named}"
        yield from _faults(child, where)


def _paints(widget: QWidget) -> bool:
    return type(widget).__module__.startswith("dae_gui") and "paintEvent" in vars(type(widget))
