"""What programs that read the screen get: roles, names, values, items, and what they are told."""

import gc

import numpy as np
import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QPointF, Qt
from PySide6.QtGui import QAccessible, QAccessibleActionInterface, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QSlider, QWidget

from dae_gui.panels.timeline_panel.snapshot_slider import SnapshotSlider
from dae_gui.support import accessible
from dae_gui.support.accessible import Kind, speaks, telling
from dae_gui.support.plain_text import PlainLabel
from dae_gui.widgets.controls.job_line import JobLine
from dae_gui.widgets.controls.named import combo_box
from dae_gui.widgets.drawing.drawing_canvas import DrawingCanvas
from dae_gui.widgets.pictures.image_view import ImageView
from dae_gui.widgets.pictures.mosaic_view import MosaicView
from dae_gui.widgets.plots.bar_chart import BarChart, count_bars
from dae_gui.widgets.plots.trend_plot import Trend, TrendPlot

ROLE, TEXT = QAccessible.Role, QAccessible.Text


@pytest.fixture(autouse=True)
def read_screen(qapp):
    """Behave as while a program reads the screen."""
    QAccessible.setActive(True)
    yield
    QAccessible.setActive(False)


@pytest.fixture
def told(monkeypatch):
    """Collect what is told."""
    events = []

    def hear(event):
        announced = isinstance(event, QAccessibleAnnouncementEvent)
        events.append((event.type(), event.message() if announced else event.child()))

    monkeypatch.setattr(telling, "send", hear)
    return events


def seen(widget):
    """Return what a program that reads the screen sees of a widget."""
    interface = QAccessible.queryAccessibleInterface(widget)
    return interface.role(), interface.text(TEXT.Name), interface.text(TEXT.Value)


def mosaic_of(qtbot, count=9):
    mosaic = MosaicView()
    qtbot.addWidget(mosaic)
    mosaic.setAccessibleName("Filters W")
    mosaic.set_tile_names(lambda index: f"Unit {index + 1}")
    mosaic.set_tiles(np.zeros((12, 12)), (4, 4), count)
    mosaic.resize(120, 120)
    mosaic.show()
    qtbot.waitExposed(mosaic)
    return mosaic


def test_a_mosaic_is_a_list_that_says_which_tile_is_selected(qtbot):
    mosaic = mosaic_of(qtbot)
    assert seen(mosaic) == (ROLE.List, "Filters W", "9 tiles, none selected")
    mosaic.setFocus()
    qtbot.keyClick(mosaic, Qt.Key.Key_End)
    assert seen(mosaic)[2] == "Unit 9, 9 of 9, selected"
    description = QAccessible.queryAccessibleInterface(mosaic).text(TEXT.Description)
    assert description.startswith("Unit 9, 9 of 9, selected. Arrow keys")
    mosaic.clear()
    assert seen(mosaic)[2] == "Nothing to show yet"


def test_the_tiles_of_a_mosaic_are_its_items(qtbot):
    mosaic = mosaic_of(qtbot)
    mosaic.set_selected(4)
    interface = QAccessible.queryAccessibleInterface(mosaic)
    assert interface.childCount() == 9
    fifth = interface.child(4)
    assert (fifth.role(), fifth.text(TEXT.Name)) == (ROLE.ListItem, "Unit 5")
    assert fifth.state().selected
    assert not interface.child(3).state().selected
    assert interface.indexOfChild(fifth) == 4
    assert fifth.parent().object() is mosaic
    centre = fifth.rect().center()
    assert mosaic.tile_at(QPointF(mosaic.mapFromGlobal(centre))) == 4
    assert interface.childAt(centre.x(), centre.y()).text(TEXT.Name) == "Unit 5"
    mosaic.setFocus()
    qtbot.waitUntil(mosaic.hasFocus)
    assert interface.focusChild().text(TEXT.Name) == "Unit 5"


def test_a_tile_can_be_chosen_by_a_program_that_reads_the_screen(qtbot):
    mosaic = mosaic_of(qtbot)
    action = QAccessible.queryAccessibleInterface(mosaic).child(7).actionInterface()
    assert action.actionNames() == [QAccessibleActionInterface.pressAction()]
    with qtbot.waitSignal(mosaic.tileClicked) as clicked:
        action.doAction(QAccessibleActionInterface.pressAction())
    assert clicked.args == [7]
    assert mosaic.selected() == 7


def test_items_go_with_their_widget(qtbot):
    parent = QWidget()
    qtbot.addWidget(parent)
    for _ in range(30):
        mosaic = MosaicView(parent)
        mosaic.set_tiles(np.zeros((12, 12)), (4, 4), 9)
        interface = QAccessible.queryAccessibleInterface(mosaic)
        items = [interface.child(index) for index in range(9)]
        numbers = [QAccessible.uniqueId(item) for item in items]
        assert all(QAccessible.accessibleInterface(number) is not None for number in numbers)
        del interface
        mosaic.deleteLater()
        del mosaic
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        gc.collect()
        assert not any(shiboken6.isValid(item) for item in items)
        assert all(QAccessible.accessibleInterface(number) is None for number in numbers)


def test_a_tile_that_is_gone_is_not_valid(qtbot):
    mosaic = mosaic_of(qtbot)
    last = QAccessible.queryAccessibleInterface(mosaic).child(8)
    mosaic.set_tiles(np.zeros((4, 8)), (4, 4), 2)
    assert not last.isValid()
    assert last.state().invalid
    assert last.text(TEXT.Name) == ""


def test_a_canvas_says_whether_it_is_blank(qtbot, draw_stroke):
    canvas = DrawingCanvas()
    qtbot.addWidget(canvas)
    canvas.resize(200, 200)
    canvas.show()
    assert seen(canvas) == (ROLE.Canvas, "Drawing canvas", "blank")
    draw_stroke(canvas, [QPointF(50, 100), QPointF(150, 100)])
    assert seen(canvas)[2].startswith("drawn, ")
    canvas.drawing.clear()
    assert seen(canvas)[2] == "blank"


def test_a_picture_says_what_it_is_and_its_figures(qtbot):
    view = ImageView()
    qtbot.addWidget(view)
    view.set_caption("Reconstruction")
    assert seen(view) == (ROLE.Graphic, "Reconstruction", "empty")
    view.set_array(np.zeros((28, 20)))
    assert seen(view)[2] == "28 by 20 pixels"
    view.set_reading("PSNR 15.2 dB")
    assert seen(view)[2] == "PSNR 15.2 dB"


def test_charts_say_their_values(qtbot):
    bars = BarChart("chart", "Images of each class", "classes")
    qtbot.addWidget(bars)
    assert seen(bars) == (ROLE.Chart, "Images of each class", "empty")
    bars.set_bars(count_bars("Classes", ["0", "1"], [5, 7], "images"))
    assert seen(bars)[2] == "Classes. 0: 5 images, 1: 7 images"
    trend = TrendPlot("trend", "Dead units", "iteration", [Trend("dead")], spec=".0f")
    qtbot.addWidget(trend)
    assert seen(trend) == (ROLE.Chart, "Dead units", "empty")
    trend.show_trends([0, 2000], {"dead": [3, 14]})
    assert seen(trend)[2] == "dead 14 at iteration 2,000; 3 at 0"


def test_the_time_slider_says_the_iteration_and_takes_one(qtbot):
    slider = SnapshotSlider()
    qtbot.addWidget(slider)
    slider.set_iterations((0, 100, 400, 900))
    slider.set_half_place(4)
    assert seen(slider) == (ROLE.Slider, "Iteration to look at", "iteration 400, snapshot 3 of 4")
    number = QAccessible.queryAccessibleInterface(slider).valueInterface()
    assert (number.currentValue(), number.minimumValue(), number.maximumValue()) == (400, 0, 900)
    with qtbot.waitSignal(slider.placeChosen) as chosen:
        number.setCurrentValue(120)
    assert chosen.args == [1]
    slider.set_half_place(8)
    assert seen(slider)[2] == "live, after 4 snapshots up to iteration 900"


def test_a_control_of_qts_says_its_value_with_the_unit(qtbot):
    slider = QSlider(Qt.Orientation.Horizontal)
    qtbot.addWidget(slider)
    slider.setAccessibleName("Brush size")  # Qt makes its own interface here, and would keep it
    slider.setRange(5, 60)
    speaks(slider, Kind.SLIDER, lambda: f"{slider.value() / 10} pixels")
    slider.setValue(25)
    assert seen(slider) == (ROLE.Slider, "Brush size", "2.5 pixels")
    number = QAccessible.queryAccessibleInterface(slider).valueInterface()
    assert (number.currentValue(), number.maximumValue()) == (25, 60)
    number.setCurrentValue(40)
    assert slider.value() == 40
    line = JobLine("compare", "Compare", "")
    qtbot.addWidget(line)
    line.begin()
    line.show_progress(0.42, "image 42")
    assert seen(line.bar) == (ROLE.ProgressBar, "Compare: how far it is", "42 %, image 42")


def test_labels_and_boxes_say_their_name_and_what_they_show(qtbot):
    label = PlainLabel("Training")
    qtbot.addWidget(label)
    assert seen(label) == (ROLE.StaticText, "Training", "Training")
    label.setAccessibleName("What the run is doing")
    assert seen(label)[1] == "What the run is doing: Training"
    box = combo_box("box", "Schedule", "", [("Constant", 0), ("Linear", 1)], label)
    box.setCurrentIndex(1)
    assert seen(box) == (ROLE.ComboBox, "Schedule: Linear", "Linear")
    assert QAccessible.queryAccessibleInterface(box).child(0).object() is box.view()


def test_changes_are_told_at_a_low_pace_and_keys_at_once(qtbot, told):
    mosaic = mosaic_of(qtbot)
    told.clear()
    qtbot.keyClick(mosaic, Qt.Key.Key_Home)
    assert told == [(QAccessible.Event.Focus, 0), (QAccessible.Event.Selection, 0)]
    told.clear()
    for index in range(8):
        mosaic.set_selected(index)
    assert not told
    teller = mosaic.findChild(telling._Teller)
    assert teller.interval() == telling.PACE_MS
    teller.start(0)  # else the test would wait
    qtbot.waitUntil(lambda: bool(told))
    assert told == [(QAccessible.Event.DescriptionChanged, -1)]
    teller.start(0)
    qtbot.waitUntil(lambda: not teller.isActive())
    assert len(told) == 1  # the same is not told twice


def test_nothing_is_told_while_nobody_reads_the_screen(qtbot, told):
    QAccessible.setActive(False)
    mosaic = mosaic_of(qtbot)
    qtbot.keyClick(mosaic, Qt.Key.Key_Home)
    accessible.announce(mosaic, "Finished")
    assert not told
    assert mosaic.findChild(telling._Teller) is None


def test_sentences_are_announced(qtbot, told):
    label = PlainLabel("x")
    qtbot.addWidget(label)
    accessible.announce(label, "The run has diverged", is_urgent=True)
    assert told == [(QAccessible.Event.Announcement, "The run has diverged")]
