"""The fields and buttons of the docks and of the centre, as entries of the palette; choosing one leads to it."""

from __future__ import annotations

import functools
from collections.abc import Iterator

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QComboBox,
    QDockWidget,
    QLineEdit,
    QMainWindow,
    QPlainTextEdit,
    QScrollArea,
    QSlider,
    QTabWidget,
    QToolButton,
    QWidget,
)

from dae_gui.support.lent import lent
from dae_gui.support.plain_text import tip_text
from dae_gui.support.why_not import reason
from dae_gui.window.dock_switch import bring_dock
from dae_gui.window.palette.entries import Entry, Kind

_FIELDS = (QAbstractSpinBox, QComboBox, QSlider, QLineEdit, QPlainTextEdit, QAbstractButton)
_UNCOVER = "uncover"
"""The method of a widget that hides parts of itself, behind a button or on another page: it brings one to sight."""
_CENTRE = "Curves"
_LAYOUT_ROUNDS = 4  # each tells the next widget outwards that it has another size


def field_entries(window: QMainWindow) -> Iterator[Entry]:
    """Return the fields of a window's docks, then those around its curves, but none that cannot be reached."""
    docks = window.findChildren(QDockWidget)
    places = [(dock.widget(), dock.windowTitle()) for dock in docks]
    for place, title in (*places, (window.centralWidget(), _CENTRE)):
        seen = set()
        if place is None:
            continue
        for field in _fields_in(place):
            name = field.accessibleName()
            if name not in seen and _can_be_reached(field, place):
                seen.add(name)
                yield _entry(field, name, title)


def _entry(field: QWidget, name: str, title: str) -> Entry:
    choices = [field.itemText(place) for place in range(field.count())] if isinstance(field, QComboBox) else []
    tip = tip_text(field.toolTip())
    why_not = None if field.isEnabled() else reason(field)
    more = " ".join((tip, *choices))
    return Entry(
        f"{title}/{field.objectName()}", Kind.SETTING, name, title, functools.partial(go_to, field), "", why_not, more
    )


def _fields_in(place: QWidget) -> Iterator[QWidget]:
    """Return the fields with a name, in the order in which they were made, but none that only presses an action."""
    for widget in place.findChildren(QWidget):
        if isinstance(widget, _FIELDS) and widget.accessibleName() and widget.objectName():
            acts = isinstance(widget, QToolButton) and lent(widget.defaultAction()) is not None
            if not acts and not widget.objectName().startswith("qt_"):
                yield widget


def _around(field: QWidget, place: QWidget) -> Iterator[QWidget]:
    """Return what a field stands in, from the inside out, up to and with a place."""
    widget: QWidget | None = field
    while widget is not None and widget is not place:
        widget = widget.parentWidget()
        if widget is not None:
            yield widget


def _can_be_reached(field: QWidget, place: QWidget) -> bool:
    """Return whether a field is shown, or something around what hides it can show it."""
    if field.isHidden():
        return False
    is_hidden = False
    for around in _around(field, place):
        can_show = isinstance(around, QTabWidget) or hasattr(around, _UNCOVER)
        is_hidden = not can_show and (is_hidden or (around is not place and around.isHidden()))
    return not is_hidden


def go_to(field: QWidget) -> None:
    """Show the dock of a field, bring the field to sight in it, and give it the focus if it is enabled."""
    dock = _dock_of(field)
    if dock is not None:
        bring_dock(dock)
    for around in reversed(list(_around(field, field.window()))):
        if isinstance(around, QTabWidget):
            for place in range(around.count()):
                page = around.widget(place)
                if page is not None and page.isAncestorOf(field):
                    around.setCurrentIndex(place)
        elif hasattr(around, _UNCOVER):
            getattr(around, _UNCOVER)(field)
    QTimer.singleShot(0, field, functools.partial(_arrive, field))  # a dock that has just come has no layout yet


def _arrive(field: QWidget) -> None:
    for _ in range(_LAYOUT_ROUNDS):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)  # of what was folded away until now
    for around in _around(field, field.window()):
        if isinstance(around, QScrollArea):
            around.ensureWidgetVisible(field)
    if field.isEnabled():
        field.setFocus(Qt.FocusReason.ShortcutFocusReason)  # for which fields select what is in them


def _dock_of(widget: QWidget) -> QDockWidget | None:
    around: QObject | None = widget
    while around is not None and not isinstance(around, QDockWidget):
        around = around.parent()
    return around
