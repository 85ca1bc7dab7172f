"""The Tab key goes as one reads and is trapped nowhere; docks are gone through and sized by keyboard."""

from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QDockWidget, QWidget

from dae_gui.support.reading_order import all_in_order, in_reading_order, is_stop
from dae_gui.widgets.code_editor import CodeEditor
from helpers.windows import action

STUDIES = ("datasetDock", "unitDock", "healthDock", "comparisonDock", "mismatchDock", "manifoldDock", "stepDock")
STUDIES += ("representationDock", "yourCodeDock", "runsDock", "logDock")


def test_rows_come_before_columns_and_columns_before_what_overlaps():
    places = {
        "title": QRect(0, 0, 400, 20),
        "tall": QRect(0, 30, 100, 300),
        "a": QRect(110, 30, 80, 20),
        "b": QRect(200, 32, 80, 20),
        "c": QRect(110, 60, 200, 20),
        "foot": QRect(0, 340, 400, 20),
    }
    shuffled = [(places[name], name) for name in ("c", "foot", "b", "title", "a", "tall")]
    assert in_reading_order(shuffled) == ["title", "tall", "a", "b", "c", "foot"]
    assert in_reading_order([(QRect(10, 10, 50, 50), "lower"), (QRect(20, 0, 50, 50), "upper")]) == ["upper", "lower"]
    assert in_reading_order([]) == []


@pytest.fixture
def active(window, qtbot):
    window.resize(1440, 900)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window


def walk(qtbot, window, *, back=False):
    """Press Tab until something comes again; return what had the focus, in order."""
    visited = []
    for _ in range(400):
        focused = QApplication.focusWidget()
        assert focused is not None
        if focused in visited:
            return visited[visited.index(focused) :]
        visited.append(focused)
        if isinstance(focused, CodeEditor):  # in which Tab indents, but for the one after Esc
            qtbot.keyClick(focused, Qt.Key.Key_Escape)
        qtbot.keyClick(focused, Qt.Key.Key_Backtab if back else Qt.Key.Key_Tab)
    raise AssertionError(f"Tab came to no end: {[widget.objectName() for widget in visited[-5:]]}")


def test_tab_comes_to_everything_as_one_reads(active, qtbot):
    window = active
    check_walk(window, qtbot)
    for study in STUDIES:
        dock = window.findChild(QDockWidget, study)
        dock.show()
        dock.raise_()
        qtbot.waitUntil(lambda dock=dock: not dock.visibleRegion().isEmpty())
        check_walk(window, qtbot)


def check_walk(window, qtbot):
    """Check that Tab and Shift+Tab come to all that can have the focus, in order."""
    window.training_panel.setFocus()
    visited = walk(qtbot, window)
    stops = [widget for widget in all_in_order(window) if is_stop(widget)]
    assert {*visited} == {*stops}, {w.objectName() for w in {*visited} ^ {*stops}}
    start = stops.index(visited[0])
    assert visited == [*stops[start:], *stops[:start]]
    assert walk(qtbot, window, back=True)[1:] == [*reversed(visited)][: len(visited) - 1]
    # Within a part nothing comes that ends above and to the left of where the one before begins.
    for one, other in pairwise(stops):
        if one.parent() is other.parent():
            a, b = (QRect(w.mapTo(window, QPoint()), w.size()) for w in (one, other))
            assert not (b.bottom() < a.top() and b.left() <= a.right()), (one.objectName(), other.objectName())


def test_a_field_that_tab_comes_to_is_scrolled_into_view(active, qtbot):
    window = active
    window.resize(960, 540)
    window.training_panel.setFocus()
    window.training_panel.setFocus()
    for _ in range(70):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        seen = [focused, *focused.findChildren(QWidget)]  # a viewport covers all of what it is in
        assert any(not widget.visibleRegion().isEmpty() for widget in seen), focused.objectName()


def test_keys_go_from_dock_to_dock_and_back(active, qtbot):
    window = active
    names = []
    for forward in (True, False):
        visited = []
        for _ in range(12):
            action(window, "nextDockAction" if forward else "previousDockAction").trigger()
            focused = QApplication.focusWidget()
            part = focused
            while part.parent() is not window:
                part = part.parent()
            if part.objectName() in visited:
                break
            visited.append(part.objectName())
        names.append(visited)
    forth, back = names
    forth = [*forth[forth.index("trainingDock") :], *forth[: forth.index("trainingDock")]]
    assert {"trainingDock", "filtersWDock", "filtersVDock", "timelineDock", "denoiseDock", "dockRail"} <= {*forth}
    assert forth.index("trainingDock") < forth.index("timelineDock") < forth.index("denoiseDock")
    assert forth.index("denoiseDock") < forth.index("filtersWDock") < forth.index("filtersVDock")
    assert {*back} == {*forth}


def test_the_dock_with_the_focus_is_sized_by_keyboard(active, qtbot):
    window = active
    dock = window.findChild(QDockWidget, "filtersWDock")
    dock.setFocus()
    width, height = dock.width(), dock.height()
    action(window, "widerDockAction").trigger()
    qtbot.waitUntil(lambda: dock.width() > width)
    action(window, "narrowerDockAction").trigger()
    qtbot.waitUntil(lambda: dock.width() == width)
    action(window, "tallerDockAction").trigger()
    qtbot.waitUntil(lambda: dock.height() > height)
    action(window, "lowerDockAction").trigger()
    qtbot.waitUntil(lambda: dock.height() == height)
