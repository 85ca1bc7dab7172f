"""Telling programs that read the screen what has changed: at a low pace, and only while there are any."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QAccessibleEvent,
    QAccessibleValueChangeEvent,
)
from PySide6.QtWidgets import QWidget

from dae_gui.support.debounce import Debounce

PACE_MS = 2_000  # a sentence takes about so long to be spoken
_DIRECT = Qt.FindChildOption.FindDirectChildrenOnly


def tell(widget: QWidget, *, at_once: bool = False) -> None:
    """Tell that what a `Speaking` widget shows has changed; costs nothing while nobody reads the screen.

    ``at_once`` is for what a key of the user has changed; all else is told every two seconds at most.
    """
    if QAccessible.isActive() and widget.isVisible():
        teller = widget.findChild(_Teller, options=_DIRECT) or _Teller(widget)
        if at_once:
            teller.start(0)
        elif not teller.isActive():
            teller.start(PACE_MS)


def tell_item(widget: QWidget, index: int) -> None:
    """Tell that the keyboard has come to another item of a widget; a widget without items tells itself."""
    if QAccessible.isActive():
        for kind in (QAccessible.Event.Focus, QAccessible.Event.Selection):
            event = QAccessibleEvent(widget, kind)
            event.setChild(index)
            send(event)


def announce(widget: QWidget, text: str, *, is_urgent: bool = False) -> None:
    """Have a sentence spoken, after what is being said or, if it is urgent, in its place."""
    if QAccessible.isActive() and text:
        event = QAccessibleAnnouncementEvent(widget, text)
        politeness = QAccessible.AnnouncementPoliteness
        event.setPoliteness(politeness.Assertive if is_urgent else politeness.Polite)
        send(event)


def send(event: QAccessibleEvent) -> None:
    """Hand an event to Qt; a place of its own, so that tests can hear what is said."""
    QAccessible.updateAccessibility(event)


class _Teller(Debounce):
    """Tells of one widget, unless that says the same as the last time."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(PACE_MS, self._tell, widget)
        self._widget = widget
        self._told = ""

    @Slot()
    def _tell(self) -> None:
        value = str(self._widget.accessible_value())  # type: ignore[attr-defined]  # a Speaking widget
        if value == self._told or not self._widget.isVisible():
            return
        self._told = value
        number = getattr(self._widget, "accessible_number", lambda: None)()
        if number is not None:
            send(QAccessibleValueChangeEvent(self._widget, number.value))
        send(QAccessibleEvent(self._widget, QAccessible.Event.DescriptionChanged))
