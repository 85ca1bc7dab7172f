"""What a widget says of itself, or of a place in it: the tips that are there already, as one line of text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QDockWidget,
    QLabel,
    QLineEdit,
    QMenu,
    QMenuBar,
    QTabBar,
    QToolButton,
    QWidget,
)

from dae_core.texts import plain
from dae_gui.support.lent import lent
from dae_gui.support.plain_text import tip_text
from dae_gui.support.why_not import reason

_LONGEST = 500
_BETWEEN = " · "
_AT = "tooltip_at"
"""The method of a widget that has a tip for each place in it, such as a picture or a plot: it returns that tip."""
_CONTROLS = (QAbstractButton, QAbstractSpinBox, QAbstractSlider, QComboBox, QLineEdit)


def told_by(widget: QWidget | None, place: QPoint | None = None) -> str:
    """Return what there is to say of a widget, on one line; of what it stands in where it says nothing itself.

    Parameters
    ----------
    widget
        A widget; None says nothing.
    place
        A place in it, where the pointer is; None for the widget as a whole.
    """
    while widget is not None:
        for kind, tell in _KINDS:
            text = tell(widget, place) if isinstance(widget, kind) else ""
            if text:
                return plain(_BETWEEN.join(filter(None, text.split("\n"))), _LONGEST)
        if widget.isWindow() and not isinstance(widget, QDockWidget):
            return ""
        around = widget.parentWidget()
        is_viewport = isinstance(around, QAbstractScrollArea) and around.viewport() is widget
        place = None if place is None else place if is_viewport else widget.mapToParent(place)
        widget = around
    return ""


def _of_action(action: QAction | None) -> str:
    if action is None or action.isSeparator():
        return ""
    name = action.text().replace("&&", "\0").replace("&", "").replace("\0", "&")
    why_not = reason(action)
    told = _named(name, tip_text(action.statusTip() or action.toolTip()))
    return f"{told}\nNot now: {why_not}" if why_not else told


def _of_menu(menu: QMenu, place: QPoint | None) -> str:
    return _of_action(lent(menu.activeAction() if place is None else menu.actionAt(place)))


def _of_menu_bar(bar: QMenuBar, place: QPoint | None) -> str:
    return _of_action(lent(bar.activeAction() if place is None else bar.actionAt(place)))


def _of_tabs(tabs: QTabBar, place: QPoint | None) -> str:
    tab = tabs.currentIndex() if place is None else tabs.tabAt(place)
    return _named(tabs.tabText(tab).replace("&", ""), tip_text(tabs.tabToolTip(tab)))


def _of_items(view: QAbstractItemView, place: QPoint | None) -> str:
    index: QModelIndex = view.currentIndex() if place is None else view.indexAt(place)
    tip: Any = index.data(Qt.ItemDataRole.ToolTipRole)
    text: Any = index.data(Qt.ItemDataRole.DisplayRole)
    return _named(str(text or ""), tip_text(str(tip))) if tip else ""


def _of_place(widget: QWidget, place: QPoint | None) -> str:
    at = None if place is None else getattr(widget, _AT, None)
    return "" if at is None else tip_text(at(place))


def _of_button(button: QToolButton, _place: QPoint | None) -> str:
    return _of_action(lent(button.defaultAction()))


def _of_label(label: QLabel, _place: QPoint | None) -> str:
    return told_by(lent(label.buddy()))


def _of_dock(dock: QDockWidget, _place: QPoint | None) -> str:
    return _of_action(dock.toggleViewAction())


def _of_itself(widget: QWidget, _place: QPoint | None) -> str:
    """Return a widget's name and tip; a name alone only where the widget is one to operate."""
    tip = tip_text(widget.toolTip() or widget.statusTip() or widget.whatsThis())
    name = widget.accessibleName()
    if not name and isinstance(widget, QAbstractButton):
        name = widget.text().replace("&", "")
    return _named(name, tip) if tip else name if isinstance(widget, _CONTROLS) else ""


def _named(name: str, tip: str) -> str:
    """Return a name with a tip, which alone is enough where it has the name in it."""
    if not tip or name.casefold().rstrip("…") in tip.casefold():
        return tip or name
    return f"{name}: {tip}" if name else tip


_KINDS: tuple[tuple[type, Callable[[Any, QPoint | None], str]], ...] = (
    (QMenu, _of_menu),
    (QMenuBar, _of_menu_bar),
    (QTabBar, _of_tabs),
    (QAbstractItemView, _of_items),
    (QWidget, _of_place),
    (QToolButton, _of_button),
    (QLabel, _of_label),
    (QDockWidget, _of_dock),
    (QWidget, _of_itself),
)
"""Who tells, and how; of several the first one that says something."""
