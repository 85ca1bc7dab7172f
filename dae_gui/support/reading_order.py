"""The Tab key goes through a window as one reads: row by row, and in each part before the part beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QApplication, QScrollArea, QTabBar, QWidget

from dae_gui.support.lent import lent

T = TypeVar("T")
_OVERLAP = 3  # pixels
Placed = tuple[QRect, T]


def in_reading_order(things: Sequence[Placed[T]]) -> list[T]:
    """Return things by their places: cut into rows where a gap goes across all of them, else into columns, and so on.

    What overlaps in both directions goes from the top to the bottom.
    """
    if len(things) < 2:  # as most are, on every press of the key
        return [thing for _, thing in things]
    for is_row in (True, False):
        groups = _cut(things, is_row=is_row)
        if len(groups) > 1:
            return [thing for group in groups for thing in in_reading_order(group)]
    return [thing for place, thing in sorted(things, key=lambda one: (one[0].top(), one[0].left()))]


def _cut(things: Sequence[Placed[T]], *, is_row: bool) -> list[list[Placed[T]]]:
    groups: list[list[Placed[T]]] = []
    end = 0
    for place, thing in sorted(things, key=lambda one: one[0].top() if is_row else one[0].left()):
        first, last = (place.top(), place.bottom()) if is_row else (place.left(), place.right())
        # What reaches a little into the next row, as a taller field beside lower labels, still is a row of its own.
        if not groups or first > end - _OVERLAP:
            groups.append([])
            end = last
        groups[-1].append((place, thing))
        end = max(end, last)
    return groups


def parts_in_order(widget: QWidget) -> list[QWidget]:
    """Return the widgets in a widget that are to be seen, in the order in which one reads them."""
    room = widget.rect()
    children = [
        child
        for child in widget.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
        if not child.isWindow() and child.isVisibleTo(widget) and not child.size().isEmpty()
    ]
    if widget.isWindow():
        # Qt keeps tabs of docks that are alone somewhere outside, or behind the menus.
        children = [child for child in children if child.geometry().intersects(room) and not _is_idle(child)]
    return in_reading_order([(child.geometry(), child) for child in children])


def _is_idle(widget: QWidget) -> bool:
    return isinstance(widget, QTabBar) and widget.count() < 2


def all_in_order(widget: QWidget) -> Iterator[QWidget]:
    """Yield all widgets in a widget that are to be seen, each before those in it."""
    for part in parts_in_order(widget):
        yield part
        yield from all_in_order(part)


def is_stop(widget: QWidget) -> bool:
    """Whether the Tab key stops at a widget that is to be seen."""
    by_tab = widget.focusPolicy() & Qt.FocusPolicy.TabFocus == Qt.FocusPolicy.TabFocus
    return by_tab and widget.isEnabled() and lent(widget.focusProxy()) is None


def go_on(window: QWidget, *, is_forward: bool) -> bool:
    """Give the focus to the next stop in a window, or the one before; return whether there is any.

    Where something has the focus that is no stop, as a panel as a whole, it goes on from there.
    """
    focused = QApplication.focusWidget()
    stops: list[QWidget] = []
    at = 0  # the stops before the one that has the focus
    is_found = False
    for widget in all_in_order(window):
        if widget is focused:
            at, is_found = len(stops), True
        if is_stop(widget):
            stops.append(widget)
    if not stops or not is_found:
        return False
    on_stop = at < len(stops) and stops[at] is focused
    target = stops[(at + on_stop if is_forward else at - 1) % len(stops)]
    reveal(target)
    target.setFocus(Qt.FocusReason.TabFocusReason if is_forward else Qt.FocusReason.BacktabFocusReason)
    return True


def reveal(widget: QWidget) -> None:
    """Scroll all areas that a widget is in until it is to be seen."""
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, QScrollArea):
            parent.ensureWidgetVisible(widget)
        parent = parent.parentWidget()
