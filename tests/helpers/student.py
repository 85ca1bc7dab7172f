"""A student who solves a lesson in the real window: reads, types, clicks and presses keys."""

from __future__ import annotations

import re

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QMenu, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from dae_core.lessons.bundled import bundled
from dae_gui.widgets.code_editor import CodeEditor
from dae_gui.window.main_window import MainWindow
from helpers.wheel import NOTCH, turn_wheel
from helpers.windows import action

BODY = """\
dy = y - x0
dz = np.dot(V, dy)
dW = np.outer(x, dz)
dB = dz
dV = np.outer(z, dy)
dC = dy
return dW, dB, dV, dC"""
"""The exercise's published ``backward``: the derivative of max(0, a) is left out."""
LACKS, MENDED = "dz = np.dot(V, dy)", "dz = np.dot(V, dy) * (z > 0)"
OTHERS = {
    "moving_average": 'return np.convolve(values, np.ones(window) / window, "valid")',
    "mosaic": """\
pictures = V.reshape(rows, columns, 28, 28)
return pictures.transpose(0, 2, 1, 3).reshape(rows * 28, columns * 28)""",
    "reconstruct": """\
z = np.maximum(0, x @ W + B)
return z @ V + C""",
}

_MOST_TABS, _MOST_TURNS = 120, 200
Key, NoModifier, Control = Qt.Key, Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier


def short_exercise(iterations: int, expected: dict[str, float]) -> str:
    """Return the bundled exercise with fewer iterations, and what is measured after them, by the keys of its steps.

    A fifth of each value is allowed for the student's seed. All else is as in the bundled file.
    """
    entry = next(entry for entry in bundled() if entry.lesson.key == "the-exercise")
    text = entry.path.read_text(encoding="utf-8")
    text = re.sub(r"\b(iterations|from_iteration) = 25000\b", rf"\1 = {iterations}", text)
    assert iterations == 25000 or "25000" not in text
    for key, value in expected.items():
        found = re.compile(rf'(key = "{key}"\n(?:.+\n)+\n\[step\.expected\]\ndigits = ).+')
        text, n = found.subn(rf"\g<1>{{ value = {value:.6g}, tolerance = {abs(value) / 5:.6g} }}", text)
        assert n == 1, key
    return text


class Student:
    """Uses the window as a person does; how, a subclass knows."""

    def __init__(self, qtbot: QtBot, window: MainWindow) -> None:
        self.qtbot, self.window = qtbot, window

    def shown(self, name: str) -> QWidget:
        """Return what has this name, as soon as it is shown and can be used."""

        def is_there() -> bool:
            found = self.window.findChild(QWidget, name)
            return isinstance(found, QWidget) and found.isVisible() and found.isEnabled()

        self.qtbot.waitUntil(is_there)
        found = self.window.findChild(QWidget, name)
        assert isinstance(found, QWidget)
        return found

    def press(self, name: str) -> None:
        """Press a button, or tick a choice."""
        raise NotImplementedError

    def choose(self, key: str, place: int) -> None:
        """Tick a choice of a question."""
        raise NotImplementedError

    def go_to(self, name: str) -> QWidget:
        """Give a field the focus, and return it."""
        raise NotImplementedError

    def begin_to_hand_in(self) -> None:
        """Ask for the dialog that hands in."""
        raise NotImplementedError

    def type_into(self, name: str, text: str) -> None:
        """Type a line into a field."""
        self.go_to(name)
        QTest.keyClicks(QApplication.focusWidget(), text)

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = NoModifier) -> None:
        """Press a key, which goes to what has the focus."""
        focused = QApplication.focusWidget()
        QTest.keyClick(self.window if focused is None else focused, key, modifier)

    def write_function(self, function: str, body: str) -> None:
        """Type a body in the place of the stub's last line, key by key."""
        self.go_to(f"codeEditor_{function}")
        self.key(Key.Key_End, Control)
        self.key(Key.Key_Up)  # the text ends with a line break
        self.key(Key.Key_End)
        self.key(Key.Key_Home, Qt.KeyboardModifier.ShiftModifier)
        for place, line in enumerate(body.split("\n")):
            if place:
                self.key(Key.Key_Return)
            QTest.keyClicks(QApplication.focusWidget(), line)

    def mend(self, line: int, more: str) -> None:
        """Type something at the end of a line of ``backward``, counted from 1."""
        self.go_to("codeEditor_backward")
        self.key(Key.Key_Home, Control)
        for _ in range(line - 1):
            self.key(Key.Key_Down)
        self.key(Key.Key_End)
        QTest.keyClicks(QApplication.focusWidget(), more)


class MouseStudent(Student):
    """Points and clicks; what is out of sight is scrolled to with the wheel, turned at the left of its column."""

    def press(self, name: str) -> None:
        """Click a button."""
        button = self._in_sight(name)
        assert isinstance(button, QAbstractButton)
        # at the mark of a choice, and in the middle of a button
        place = QPoint(10, button.height() // 2) if button.isCheckable() else button.rect().center()
        QTest.mouseClick(button, Qt.MouseButton.LeftButton, NoModifier, place)

    def choose(self, key: str, place: int) -> None:
        """Click a choice."""
        self.press(f"{key}-choice{place}")

    def begin_to_hand_in(self) -> None:
        """Click it in the menu File."""
        chosen = action(self.window, "handInAction")
        bar = self.window.menuBar()
        of_bar = next(a for a in bar.actions() if a.text() == "&File")
        QTest.mouseClick(bar, Qt.MouseButton.LeftButton, NoModifier, bar.actionGeometry(of_bar).center())
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        QTest.mouseClick(menu, Qt.MouseButton.LeftButton, NoModifier, menu.actionGeometry(chosen).center())

    def go_to(self, name: str) -> QWidget:
        """Click into a field."""
        field = self._in_sight(name)
        inside = field.viewport() if hasattr(field, "viewport") else field
        QTest.mouseClick(inside, Qt.MouseButton.LeftButton)
        return field

    def _in_sight(self, name: str) -> QWidget:
        widget = self.shown(name)
        for area in _areas(widget):
            _turn_to(area, widget)
        self.qtbot.waitUntil(lambda: not widget.visibleRegion().isEmpty())
        return widget


class KeyboardStudent(Student):
    """Has no mouse: Ctrl+F6 to the next dock, Tab to the next field, Space for a button."""

    def press(self, name: str) -> None:
        """Go to a button, and press Space."""
        self.go_to(name)
        self.key(Key.Key_Space)

    def choose(self, key: str, place: int) -> None:
        """Go to the first choice, and on with the arrow keys."""
        self.press(f"{key}-choice0")
        for _ in range(place):
            self.key(Key.Key_Down)

    def begin_to_hand_in(self) -> None:
        """Type its name into the command palette."""
        self.key(Key.Key_K, Control)
        field = self.shown("paletteField")
        self.qtbot.waitUntil(field.hasFocus)
        QTest.keyClicks(field, "hand in")
        self.key(Key.Key_Return)

    def go_to(self, name: str) -> QWidget:
        """Go on with Tab until a field has the focus; to one in another dock first with Ctrl+F6."""
        widget = self.shown(name)
        dock = next((d for d in self.window.studies.docks.values() if d.isAncestorOf(widget)), None)
        for _ in range(_MOST_TABS):
            focused = QApplication.focusWidget()
            if focused is widget:
                assert not widget.visibleRegion().isEmpty(), f"{name} has the focus out of sight"
                return widget
            if dock is not None and focused is not None and focused is not dock and not dock.isAncestorOf(focused):
                self.key(Key.Key_F6, Control)
                continue
            # Ctrl+Tab leads from the code to its buttons, and Tab from the last of them to the code
            self.key(Key.Key_Tab, Control if isinstance(focused, CodeEditor) else NoModifier)
        raise AssertionError(f"No way to {name} with Tab; the focus is in {QApplication.focusWidget()}")


def _turn_to(area: QScrollArea, widget: QWidget) -> None:
    """Turn the wheel until a widget is in sight, as much of it as there is room for."""
    view = area.viewport()
    for _ in range(_MOST_TURNS):
        top = widget.mapTo(view, QPoint(0, 0)).y()
        bottom = top + widget.height()
        if top >= 0 and (bottom <= view.height() or top < view.height() // 2):
            return
        turn_wheel(view, NOTCH if top < 0 else -NOTCH, QPoint(1, view.height() // 2))
    raise AssertionError(f"{widget.objectName()} cannot be scrolled to")


def _areas(widget: QWidget) -> list[QScrollArea]:
    found, parent = [], widget.parentWidget()
    while parent is not None:
        if isinstance(parent, QScrollArea):
            found.append(parent)
        parent = parent.parentWidget()
    return found
