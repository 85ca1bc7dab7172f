"""One panel in all of the window, and Present: what is seen meanwhile, and that all comes back exactly."""

from collections.abc import Iterator

import pytest
import shiboken6
from PySide6.QtCore import QByteArray, QPoint, QSize, Qt
from PySide6.QtGui import QCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QDockWidget, QLineEdit, QTabBar, QToolBar, QWidget
from pytestqt.qtbot import QtBot

from dae_gui.support import scale
from dae_gui.support.scale import USUAL
from dae_gui.support.zoom import apply_scale
from dae_gui.widgets.controls.passing_note import PassingNote
from dae_gui.window.kept_layout import KeptLayout
from dae_gui.window.main_window import MainWindow
from dae_gui.workbench.state import State
from helpers.sizes import show_at
from helpers.widgets import find
from helpers.windows import MakeWindow, action

CONTROL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
SIZES = [QSize(960, 540), QSize(1280, 720), QSize(1440, 900)]
sizes = pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size.width()}x{size.height()}")


@pytest.fixture(autouse=True)
def usual_scale(qapp: QApplication) -> Iterator[None]:
    yield
    apply_scale(qapp, USUAL)


def layout(window: MainWindow) -> dict[str, object]:
    """Return where every part of the window is, which are hidden, and which dock of those in one place is in front."""
    parts = [*window.findChildren(QToolBar), window.centralWidget(), window.menuBar(), window.statusBar()]
    found: dict[str, object] = {
        part.objectName() or type(part).__name__: None if part.isHidden() else part.geometry().getRect()
        for part in parts
    }
    for dock in window.findChildren(QDockWidget):
        is_behind = dock.visibleRegion().isEmpty()  # then it may be anywhere
        place = "behind" if is_behind else (dock.geometry().getRect(), dock.isFloating())
        found[dock.objectName()] = None if dock.isHidden() else place
    bars = window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly)
    seen = [bar for bar in bars if bar.isVisible() and bar.geometry().intersects(window.rect())]
    found["tabs"] = sorted(bar.tabText(bar.currentIndex()) for bar in seen)
    found["window"] = window.size().toTuple(), window.windowState()  # where it is, the desktop decides
    return found


class NeverReached(QByteArray):
    """A layout that never seems to be back, so that the window tries as often as it may."""

    def __ne__(self, _other: object) -> bool:
        return True


def wait_until_as(qtbot: QtBot, window: MainWindow, before: dict[str, object]) -> None:
    """Wait until the layout is as it was; where it never is, what differs is told."""

    def is_as_before() -> None:
        assert layout(window) == before

    qtbot.waitUntil(is_as_before)


def press(window: MainWindow, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    window.activateWindow()
    QApplication.processEvents()
    QTest.keyClick(window, key, modifiers)
    QApplication.processEvents()


def maximize(window: MainWindow) -> None:
    press(window, Qt.Key.Key_M, CONTROL_SHIFT)


def present(window: MainWindow) -> None:
    press(window, Qt.Key.Key_F11, Qt.KeyboardModifier.ShiftModifier)


def escape(window: MainWindow) -> None:
    press(window, Qt.Key.Key_Escape)


def point_at(widget: QWidget) -> None:
    QCursor.setPos(widget.mapToGlobal(widget.rect().center()))


def arranged(window: MainWindow, size: QSize) -> dict[str, object]:
    """Open and move some panels, and return the layout."""
    show_at(window, size)
    for name in ("healthDock", "unitDock"):
        action(window, f"{name}Action").trigger()
    find(window, QDockWidget, "healthDock").raise_()
    window.resizeDocks([find(window, QDockWidget, "filtersWDock")], [240], Qt.Orientation.Horizontal)
    for _ in range(3):
        QApplication.processEvents()
    return layout(window)


@sizes
@pytest.mark.parametrize("name", ["filtersVDock", "healthDock", ""])
def test_a_panel_gets_all_room_and_the_layout_comes_back(
    qtbot: QtBot, window: MainWindow, size: QSize, name: str
) -> None:
    before = arranged(window, size)
    panel = find(window, QDockWidget, name) if name else window.centralWidget()
    point_at(panel)
    maximize(window)
    docks = [dock.objectName() for dock in window.findChildren(QDockWidget) if not dock.isHidden()]
    assert docks == ([name] if name else [])
    assert window.centralWidget().isHidden() == bool(name)
    assert panel.width() > 0.9 * window.width()
    assert action(window, "maximizeAction").isChecked()
    (escape if name else maximize)(window)
    wait_until_as(qtbot, window, before)
    assert not action(window, "maximizeAction").isChecked()


def test_where_the_pointer_is_over_no_panel_the_one_with_the_focus_is_taken(window: MainWindow) -> None:
    show_at(window, SIZES[1])
    QCursor.setPos(window.mapToGlobal(QPoint(-5, -5)))
    assert window.modes.panel_at_pointer() is window.centralWidget()
    action(window, "filtersVDockAction").trigger()  # closes it
    action(window, "filtersVDockAction").trigger()
    assert window.modes.panel_at_pointer() is find(window, QDockWidget, "filtersVDock")


def test_opening_another_panel_ends_the_maximized_one_and_shows_it(qtbot: QtBot, window: MainWindow) -> None:
    show_at(window, SIZES[1])
    before = layout(window)
    point_at(window.centralWidget())
    maximize(window)
    press(window, Qt.Key.Key_8, Qt.KeyboardModifier.ControlModifier)
    dock = find(window, QDockWidget, "healthDock")
    qtbot.waitUntil(lambda: not window.centralWidget().isHidden() and not dock.visibleRegion().isEmpty())
    dock.close()
    find(window, QDockWidget, "denoiseDock").raise_()
    qtbot.waitUntil(lambda: layout(window).keys() == before.keys() and layout(window)["tabs"] == before["tabs"])
    assert not action(window, "maximizeAction").isChecked()


@sizes
def test_present_hides_all_but_the_panels_and_gives_all_back(qtbot: QtBot, window: MainWindow, size: QSize) -> None:
    before, usual = arranged(window, size), window.curves_panel.font().pointSizeF()
    present(window)
    assert window.windowState() & Qt.WindowState.WindowFullScreen
    hidden = [window.menuBar(), window.statusBar(), find(window, QDockWidget, "trainingDock")]
    assert all(part.isHidden() for part in (*hidden, *window.findChildren(QToolBar)))
    titles = [dock.titleBarWidget().height() for dock in window.findChildren(QDockWidget) if dock.isVisible()]
    assert titles
    assert max(titles) <= 0
    for name in ("filtersWDock", "filtersVDock", "healthDock"):
        assert not find(window, QDockWidget, name).widget().visibleRegion().isEmpty(), name
    assert window.curves_panel.font().pointSizeF() == pytest.approx(1.5 * usual)
    assert scale.line_width() == 3
    escape(window)
    wait_until_as(qtbot, window, before)
    assert window.curves_panel.font().pointSizeF() == usual
    assert scale.line_width() == 1


def test_keys_work_and_training_goes_on_in_present(qtbot: QtBot, window: MainWindow) -> None:
    show_at(window, SIZES[1])
    present(window)
    press(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: window.workbench.state is State.RUNNING and window.workbench.progress.iteration > 0)
    press(window, Qt.Key.Key_F6)
    qtbot.waitUntil(lambda: window.workbench.state is State.PAUSED)
    press(window, Qt.Key.Key_5, Qt.KeyboardModifier.ControlModifier)
    assert find(window, QDockWidget, "unitDock").isVisible(), "panels can be opened"
    escape(window)
    press(window, Qt.Key.Key_F8)
    qtbot.waitUntil(lambda: window.workbench.state in (State.IDLE, State.FINISHED))


def test_a_note_says_how_to_leave_and_goes_by_itself(qtbot: QtBot, window: MainWindow) -> None:
    show_at(window, SIZES[1])
    note = find(window, PassingNote, "passingNote")
    present(window)
    assert note.isVisible()
    assert note.text().startswith("Esc ends Present")
    assert note.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    assert note.fontMetrics().horizontalAdvance(note.text()) < note.width() < window.width()
    qtbot.waitUntil(note.isHidden)
    escape(window)


@pytest.mark.parametrize("modes", [(maximize, present), (present, maximize)])
@pytest.mark.parametrize("leave", [(escape, escape), (maximize, present), (present, maximize)])
def test_both_modes_end_in_any_order(
    qtbot: QtBot, window: MainWindow, modes: tuple[object, object], leave: tuple[object, object]
) -> None:
    before = arranged(window, SIZES[1])
    point_at(find(window, QDockWidget, "filtersWDock"))
    for mode in modes:
        mode(window)
    for mode in leave:
        mode(window)
    if modes == (present, maximize) and leave == (present, maximize):
        maximize(window)  # the panel went with Present, so that the key had maximized again
    wait_until_as(qtbot, window, before)
    assert not action(window, "leaveViewAction").isEnabled()


def present_with_late_letters(window: MainWindow) -> None:
    """Present, from a layout that will take some tries to come back."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(window, "saveState", lambda save=window.saveState: NeverReached(save()))
        present(window)


@pytest.mark.parametrize("turns", range(4))
def test_a_layout_that_still_comes_back_does_not_come_after_the_next_one(
    qtbot: QtBot, window: MainWindow, turns: int
) -> None:
    before = arranged(window, SIZES[1])
    point_at(find(window, QDockWidget, "filtersWDock"))
    maximize(window)
    present_with_late_letters(window)
    escape(window)
    for _ in range(turns):
        QApplication.processEvents()
    escape(window)
    assert not window.modes.are_on()
    qtbot.waitUntil(lambda: not window.findChildren(KeptLayout))
    wait_until_as(qtbot, window, before)


def test_a_layout_that_still_comes_back_is_what_the_next_mode_ends_with(qtbot: QtBot, window: MainWindow) -> None:
    before = arranged(window, SIZES[1])
    present_with_late_letters(window)
    escape(window)
    present(window)
    qtbot.wait(300)  # longer than any layout takes to come to rest
    assert window.windowState() & Qt.WindowState.WindowFullScreen
    assert window.menuBar().isHidden()
    escape(window)
    wait_until_as(qtbot, window, before)
    qtbot.waitUntil(lambda: not window.findChildren(KeptLayout))


def test_what_is_left_in_present_opens_with_the_usual_layout(qtbot: QtBot, make_window: MakeWindow) -> None:
    first = make_window()
    before = arranged(first, SIZES[1])
    point_at(find(first, QDockWidget, "filtersWDock"))
    maximize(first)
    present(first)
    first.close()
    apply_scale(QApplication.instance(), USUAL)
    second = make_window()
    wait_until_as(qtbot, second, before)


def test_reset_ends_present_and_puts_all_back(qtbot: QtBot, window: MainWindow) -> None:
    show_at(window, SIZES[1])
    before = layout(window)
    arranged(window, SIZES[1])
    find(window, QDockWidget, "filtersVDock").hide()
    present(window)
    action(window, "resetLayoutAction").trigger()
    wait_until_as(qtbot, window, before)
    assert not action(window, "presentAction").isChecked()


def test_present_ends_though_what_had_the_focus_is_gone(qtbot: QtBot, window: MainWindow) -> None:
    dialog = QDialog(window)
    field = QLineEdit(dialog)
    dialog.show()
    field.setFocus()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is field)
    action(window, "presentAction").trigger()
    shiboken6.delete(dialog)
    action(window, "leaveViewAction").trigger()
    assert not action(window, "presentAction").isChecked()
    assert not action(window, "leaveViewAction").isEnabled()
