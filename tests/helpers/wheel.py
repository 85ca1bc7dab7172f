"""The wheel of the mouse, turned over a widget as a window system would."""

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QComboBox, QFileDialog, QSlider, QWidget

from dae_gui.panels.timeline_panel.snapshot_slider import SnapshotSlider

NOTCH = 120


def turn_wheel(widget: QWidget, delta: int = -NOTCH, place: QPoint | None = None) -> None:
    """Turn it over a place of a widget, its middle where none is given; down is negative."""
    position = QPointF(widget.rect().center() if place is None else place)
    none = (Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False)
    event = QWheelEvent(position, QPointF(widget.mapToGlobal(position)), QPoint(), QPoint(0, delta), *none)
    QApplication.sendEvent(widget, event)


def fields(parent: QWidget) -> list[QWidget]:
    """Return what holds a value that Qt lets the wheel change; Qt's own dialogs and the time machine are none."""
    found: list[QWidget] = []
    for kind in (QAbstractSpinBox, QComboBox, QSlider):
        found += parent.findChildren(kind)
    return [f for f in found if not isinstance(f, SnapshotSlider) and not isinstance(f.window(), QFileDialog)]


def value(field: QWidget) -> object:
    """Return what a field shows."""
    if isinstance(field, QSlider):
        return field.value()
    return field.currentText() if isinstance(field, QComboBox) else field.text()


def changed_by_wheel(parent: QWidget) -> list[str]:
    """Turn the wheel over every field that has no focus; return the names of those that changed or took the focus."""
    changed = []
    for field in fields(parent):
        if field.hasFocus():
            continue
        before = value(field)
        for delta in (-NOTCH, NOTCH, NOTCH):
            turn_wheel(field, delta)
            if value(field) != before or field.hasFocus():
                changed.append(field.objectName() or type(field).__name__)
                break
    return changed
