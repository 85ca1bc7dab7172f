"""Whatever has the keyboard's focus has a ring around it that can be seen, in both themes."""

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QDialog, QDockWidget, QLineEdit, QPushButton, QVBoxLayout, QWidget

from dae_gui.support.focus_ring import FocusRing
from dae_gui.support.reading_order import all_in_order, is_stop, reveal
from dae_gui.support.theme import DARK, LIGHT, apply_theme, current_theme
from helpers.windows import action

LEAST_CONTRAST = 3.0
ROOM = 8  # pixels around a widget, more than the ring needs
DOCKS = ("datasetDock", "unitDock", "healthDock", "comparisonDock", "mismatchDock", "manifoldDock", "stepDock")
DOCKS += ("representationDock", "runsDock", "logDock")


def luminance(color):
    parts = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in color.getRgbF()[:3])
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True))


def contrast(one, other):
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def ring_of(window):
    return next((w for w in window.findChildren(QWidget, "focusRing") if w.isVisible()), None)


def image_of(window, area):
    return window.grab(area).toImage().convertToFormat(QImage.Format.Format_RGB32)


def around(window, stop):
    """Return the part of the window in which the ring of a widget is; the whole takes ten times as long to grab."""
    place = QRect(stop.mapTo(window, QPoint(0, 0)), stop.size())
    return place.adjusted(-ROOM, -ROOM, ROOM, ROOM) & window.rect()


def line(image, start, step, count):
    """Return colours along a line of pixels."""
    x, y = start
    return [image.pixelColor(x + i * step[0], y + i * step[1]) for i in range(count)]


def check_ring(window, grabbed, before):
    """Check the ring around the focused widget in the middle of each side; `before` is the area without it."""
    ring, color = ring_of(window), QColor(current_theme(window.palette()).focus)
    focused = QApplication.focusWidget()
    name = f"{type(focused).__name__} {focused.objectName()}"
    assert ring is not None, name
    seen = ring.visibleRegion().boundingRect()
    area = QRect(ring.mapTo(window, seen.topLeft()), seen.size())
    assert grabbed.contains(area), name
    area.translate(-grabbed.topLeft())
    after = image_of(window, grabbed)
    x, y = area.center().x(), area.center().y()
    deep = min(4, area.width() // 2, area.height() // 2)
    sides = {
        "top": ((x, area.top()), (0, 1)),
        "bottom": ((x, area.bottom()), (0, -1)),
        "left": ((area.left(), y), (1, 0)),
        "right": ((area.right(), y), (-1, 0)),
    }
    for side, (start, step) in sides.items():
        now, old = line(after, start, step, deep), line(before, start, step, deep)
        painted = [i for i, pixel in enumerate(now) if pixel.rgb() == color.rgb()]
        assert len(painted) >= 2, (name, side, [pixel.name() for pixel in now])
        worst = min(contrast(color, old[i]) for i in painted)
        # Over a picture the line of the ground within the ring parts the two.
        assert worst >= LEAST_CONTRAST or contrast(color, now[painted[-1] + 1]) >= LEAST_CONTRAST, (name, side, worst)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=("light", "dark"))
def test_every_stop_of_the_tab_key_has_a_ring(window, qtbot, restored_theme, theme):
    apply_theme(restored_theme, theme)
    window.resize(1440, 900)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    seen = set()
    for shown in (None, *DOCKS):
        if shown is not None:
            dock = window.findChild(QDockWidget, shown)
            dock.show()
            dock.raise_()
            qtbot.waitUntil(lambda dock=dock: not dock.visibleRegion().isEmpty())
        for stop in [widget for widget in all_in_order(window) if is_stop(widget)]:
            if stop in seen or not stop.isVisible():
                continue
            seen.add(stop)
            reveal(stop)
            window.setFocus(Qt.FocusReason.MouseFocusReason)
            window.setAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange, False)
            stop.setFocus(Qt.FocusReason.OtherFocusReason)
            if not stop.hasFocus():
                continue  # it was disabled meanwhile
            grabbed = around(window, stop)
            before = image_of(window, grabbed)
            stop.clearFocus()
            stop.setFocus(Qt.FocusReason.ShortcutFocusReason)  # as by a key
            check_ring(window, grabbed, before)
    assert len(seen) > 100, len(seen)


def form(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    layout = QVBoxLayout(window)
    fields = [QLineEdit(window), QLineEdit(window), QPushButton("Go", window)]
    for field in fields:
        layout.addWidget(field)
    FocusRing(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window, fields


def test_tab_shows_the_ring_and_a_click_hides_it(qtbot):
    window, (first, second, button) = form(qtbot)
    qtbot.mouseClick(first, Qt.MouseButton.LeftButton)
    assert ring_of(window) is None
    qtbot.keyClick(first, Qt.Key.Key_Tab)
    assert second.hasFocus()
    ring = ring_of(window)
    assert ring.geometry().contains(second.geometry())
    qtbot.keyClick(second, Qt.Key.Key_Tab)
    assert ring_of(window).geometry().contains(button.geometry())
    qtbot.mouseClick(first, Qt.MouseButton.LeftButton)
    assert first.hasFocus()
    assert ring_of(window) is None


def test_the_ring_follows_its_widget_and_lets_the_mouse_through(qtbot):
    window, (first, second, _) = form(qtbot)
    first.setFocus()
    qtbot.keyClick(first, Qt.Key.Key_Tab)
    second.move(second.x() + 30, window.height() - second.height())
    second.raise_()
    ring_of(window).raise_()
    assert ring_of(window).geometry().contains(second.geometry())
    assert window.childAt(second.geometry().center()) is second


def test_the_ring_comes_in_dialogs_and_outlives_them(qtbot):
    window, (first, second, _) = form(qtbot)
    for _ in range(2):
        dialog = QDialog(window)
        layout = QVBoxLayout(dialog)
        buttons = [QPushButton(text, dialog) for text in ("One", "Two")]
        for button in buttons:
            layout.addWidget(button)
        dialog.show()
        dialog.activateWindow()
        qtbot.waitUntil(dialog.isActiveWindow)
        buttons[0].setFocus()
        qtbot.keyClick(buttons[0], Qt.Key.Key_Tab)
        assert ring_of(dialog).geometry().contains(buttons[1].geometry())
        with qtbot.waitSignal(dialog.destroyed):
            dialog.deleteLater()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        first.setFocus()
        qtbot.keyClick(first, Qt.Key.Key_Tab)
        assert ring_of(window).geometry().contains(second.geometry())


def test_the_keys_of_docks_show_the_ring(window, qtbot):
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    action(window, "nextDockAction").trigger()
    assert ring_of(window) is not None
