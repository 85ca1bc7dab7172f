"""Zoom: which scales there are, how they are remembered, and that everything in the window follows them."""

from collections.abc import Iterator
from functools import partial

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QAction, QKeySequence, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QDockWidget, QStyle, QWidget
from pytestqt.qtbot import QtBot

from dae_gui.support import scale
from dae_gui.support.scale import USUAL, Scale
from dae_gui.support.settings import Settings
from dae_gui.support.zoom import STEPS, Zoom, apply_scale, nearest_step, next_step
from dae_gui.widgets.controls.action_button import ActionButton
from dae_gui.widgets.controls.icon_button import IconButton
from dae_gui.widgets.controls.panel_area import PanelArea
from dae_gui.window.dock_switch import bring_dock
from dae_gui.window.main_window import MainWindow
from helpers.sizes import assert_all_is_reachable, show_at
from helpers.widgets import find
from helpers.windows import MakeWindow, action


@pytest.fixture(autouse=True)
def usual_scale(qapp: QApplication) -> Iterator[None]:
    yield
    apply_scale(qapp, USUAL)


def test_the_steps_go_from_80_to_250_and_end_there() -> None:
    assert (STEPS[0], STEPS[-1]) == (80, 250)
    assert [next_step(percent, 1) for percent in (80, 100, 225, 250)] == [90, 110, 250, 250]
    assert [next_step(percent, -1) for percent in (250, 100, 90, 80)] == [225, 90, 80, 80]


@pytest.mark.parametrize(("text", "percent"), [("0", 80), ("131", 125), ("9999", 250), ("-5", 100), ("large", 100)])
def test_what_the_settings_file_says_is_brought_to_a_step(text: str, percent: int) -> None:
    settings = Settings()
    settings._store.setValue("zoom_percent", text)  # private: a file that someone has edited
    assert Zoom(settings).percent == nearest_step(settings.zoom_percent) == percent


def test_lengths_are_whole_and_lines_are_never_gone(qapp: QApplication) -> None:
    measured = {}
    for size in (0.8, 1.0, 1.25, 1.5, 2.5):
        apply_scale(qapp, Scale(size, size))
        measured[size] = (scale.scaled(16), scale.scaled(1), scale.scaled(0), scale.line_width(), scale.line_width(2))
    assert measured == {
        0.8: (13, 1, 0, 1, 2),
        1.0: (16, 1, 0, 1, 2),
        1.25: (20, 1, 0, 1, 3),
        1.5: (24, 2, 0, 2, 3),
        2.5: (40, 3, 0, 3, 5),
    }


def test_there_and_back_gives_the_same_font_and_style(qapp: QApplication) -> None:
    font, extent = qapp.font(), qapp.style().pixelMetric(QStyle.PixelMetric.PM_IndicatorWidth)
    for size in (1.1, 2.5, 0.8):
        apply_scale(qapp, Scale(size, size))
        assert qapp.font().pointSizeF() == pytest.approx(font.pointSizeF() * size, abs=0.3)
    apply_scale(qapp, USUAL)
    assert qapp.font() == font
    assert qapp.style().pixelMetric(QStyle.PixelMetric.PM_IndicatorWidth) == extent


def test_the_projector_has_a_percentage_of_its_own_and_thicker_lines(qapp: QApplication) -> None:
    zoom, told = Zoom(Settings()), []
    zoom.changed.connect(told.append)
    zoom.step(1)
    zoom.set_projected(True)
    assert scale.current() == Scale(1.5, 3.0)
    zoom.step(-1)
    zoom.set_projected(False)
    assert scale.current() == Scale(1.1, 1.1)
    zoom.set_projected(True)
    zoom.reset()
    assert told == [110, 150, 125, 110, 125, 150]
    assert (Settings().zoom_percent, Settings().present_percent) == (110, 150)


CONTROL, KEYPAD = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.KeypadModifier


def press(window: MainWindow, key: Qt.Key, modifiers: Qt.KeyboardModifier = CONTROL) -> None:
    window.activateWindow()
    QApplication.processEvents()
    QTest.keyClick(window, key, modifiers)
    QApplication.processEvents()


@pytest.mark.parametrize(
    ("key", "modifiers"),
    [
        (Qt.Key.Key_Plus, CONTROL),
        (Qt.Key.Key_Equal, CONTROL),
        (Qt.Key.Key_Plus, CONTROL | KEYPAD),
    ],
)
def test_keys_zoom_on_every_layout(window: MainWindow, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> None:
    press(window, key, modifiers)
    assert window.zoom.percent == 110
    assert action(window, "zoomAction").text() == "A&ctual size (now 110 %)"
    press(window, Qt.Key.Key_Minus, CONTROL | (modifiers & KEYPAD))
    press(window, Qt.Key.Key_Minus)
    assert window.zoom.percent == 90
    press(window, Qt.Key.Key_0, CONTROL | (modifiers & KEYPAD))
    assert window.zoom.percent == 100


def test_at_the_ends_the_menu_offers_no_further_step(window: MainWindow) -> None:
    for _ in STEPS:
        press(window, Qt.Key.Key_Plus)
    assert window.zoom.percent == 250
    assert not action(window, "zoomInAction").isEnabled()
    for _ in STEPS:
        press(window, Qt.Key.Key_Minus)
    assert window.zoom.percent == 80
    assert action(window, "zoomInAction").isEnabled()
    assert not action(window, "zoomOutAction").isEnabled()


def test_no_key_belongs_to_two_actions(window: MainWindow) -> None:
    keys = [key.toString() for one in window.findChildren(QAction) for key in one.shortcuts()]
    assert sorted(set(keys)) == sorted(keys)
    assert QKeySequence("Ctrl+0").toString() in keys


def turn_with_control(widget: QWidget, angle: int) -> bool:
    """Turn the wheel over a widget; return whether it kept the event. Qt propagates only those of a real wheel."""
    middle = QPointF(widget.rect().center())
    none = Qt.MouseButton.NoButton
    phase = Qt.ScrollPhase.NoScrollPhase
    place = QPointF(widget.mapToGlobal(middle))
    event = QWheelEvent(middle, place, QPoint(), QPoint(0, angle), none, CONTROL, phase, False)
    QApplication.sendEvent(widget, event)
    return event.isAccepted()


def test_control_and_the_wheel_zoom_where_nothing_else_takes_it(window: MainWindow) -> None:
    area = find(window, PanelArea, "denoisePanelArea")
    assert not turn_with_control(area.viewport(), 120), "it is not passed on to the window"
    for angle in (60, 60, -120, -120):
        assert turn_with_control(window, angle)
    assert window.zoom.percent == 90
    told: list[int] = []
    window.zoom.changed.connect(told.append)
    turn_with_control(window, 400)
    turn_with_control(window, 80)  # the rest of the fourth notch
    assert told == [next_step(90, 3), next_step(90, 4)], "all notches of a turn in one change of the scale"


def test_letters_lines_marks_and_icons_follow(window: MainWindow) -> None:
    show_at(window, QSize(1440, 900))
    plot = window.curves_panel.plot

    def sizes() -> dict[str, float]:
        box = window.findChild(QCheckBox)
        return {
            "axis": plot.axes["bottom"].height(),
            "label": plot.axes["left"].label.font().pointSizeF(),
            "ticks": plot.axes["left"].style["tickLength"],
            "axis line": plot.axes["left"].pen().widthF(),
            "legend": window.curves_panel.legend.button("error").sizeHint().height(),
            "box": box.style().pixelMetric(QStyle.PixelMetric.PM_IndicatorWidth, None, box),
            "icon": find(window, IconButton, "fitAction").iconSize().width(),
            "toolbar": find(window, ActionButton, "startButton").iconSize().width(),
            "slider": window.timeline_panel.slider.sizeHint().height(),
            "hidden dock": window.studies.docks["healthDock"].font().pointSizeF(),
        }

    usual = sizes()
    action(window, "healthDockAction").trigger()
    for _ in range(3):  # 110, 125, 150
        press(window, Qt.Key.Key_Plus)
    large = sizes()
    assert all(large[name] >= 1.3 * usual[name] for name in usual), (usual, large)
    press(window, Qt.Key.Key_0)
    assert sizes() == usual


def test_a_thicker_curve_covers_more_and_is_drawn_in_as_many_columns(window: MainWindow) -> None:
    show_at(window, QSize(1440, 900))
    plot, counts = window.curves_panel.plot, []
    for percent in (100, 200):
        window.zoom._choose(percent)  # private: at once
        QApplication.processEvents()
        plot.set_curve("held_out", np.array([0.0, 20_000.0]), np.array([300.0, 300.0]))
        plot.grab()
        rows = plot.layer._lines["held_out"].rows  # private: what is drawn
        counts.append(int((rows[1] - rows[0]).max()))
    assert counts == [1, 2]


@pytest.mark.parametrize(
    "size", [QSize(1280, 720), QSize(960, 540)], ids=lambda size: f"{size.width()}x{size.height()}"
)
def test_everything_stays_reachable_at_every_step(qtbot: QtBot, window: MainWindow, size: QSize) -> None:
    show_at(window, size)
    for percent in STEPS:
        window.zoom._choose(percent)  # private: at once
        QApplication.processEvents()
        assert window.size() == size, f"at {percent} % the panels do not let the window be so small"
        # Panels and scroll bars agree on their room in turns of the event loop, and data is still being loaded.
        qtbot.waitUntil(partial(assert_all_is_reachable, window))


def test_a_layout_of_large_letters_is_reachable_too(window: MainWindow) -> None:
    window.zoom._choose(150)
    show_at(window, QSize(1280, 720))
    assert_all_is_reachable(window)


def test_the_next_start_is_at_the_same_scale(qtbot: QtBot, make_window: MakeWindow, qapp: QApplication) -> None:
    first = make_window()
    usual = qapp.font().pointSizeF()
    press(first, Qt.Key.Key_Plus)
    first.close()
    apply_scale(qapp, USUAL)  # as in another process
    second = make_window()
    assert second.zoom.percent == 110
    assert qapp.font().pointSizeF() == pytest.approx(1.1 * usual)
    assert second.curves_panel.font().pointSizeF() == pytest.approx(1.1 * usual)


def test_large_letters_leave_the_curves_their_share(qtbot: QtBot, window: MainWindow) -> None:
    show_at(window, QSize(1280, 720))
    digits, centre = window.findChild(QDockWidget, "denoiseDock"), window.centralWidget()
    before = digits.height()
    window.zoom._choose(200)  # private: at once
    qtbot.waitUntil(lambda: digits.height() < 0.85 * before and centre.height() > 9 * window.fontMetrics().height())
    window.zoom.reset()
    qtbot.waitUntil(lambda: digits.height() > 0.85 * before)


def test_large_letters_break_lines_of_controls_and_scroll_none_sideways(qtbot: QtBot, window: MainWindow) -> None:
    show_at(window, QSize(1280, 720))
    window.zoom._choose(200)  # private: at once
    for name in ("comparisonDock", "manifoldDock", "unitDock", "mismatchDock", "representationDock"):
        dock = window.findChild(QDockWidget, name)
        bring_dock(dock)
        qtbot.waitUntil(lambda dock=dock: dock.widget() is not None and dock.widget().isVisible())
        area = dock.widget()
        assert isinstance(area, PanelArea)
        qtbot.waitUntil(lambda area=area: not area.horizontalScrollBar().isVisible())
        assert area.widget().width() <= area.viewport().width(), name
    title = window.findChild(QWidget, "unitTitleLabel")
    assert title.width() >= title.sizeHint().width()


def test_figures_do_not_come_over_a_passing_message(qtbot: QtBot, window: MainWindow) -> None:
    """Qt lays a status bar out anew when its letters change, and shows again what a message has hidden."""
    figures = window.status._labels["state"]  # private: one of them
    window.status.showMessage("Saved")
    for percent in (150, 100):
        window.zoom._choose(percent)
        QTest.qWait(50)
        assert not figures.isVisible()
    window.status.clearMessage()
    qtbot.waitUntil(figures.isVisible)
