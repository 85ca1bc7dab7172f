"""The room of a panel: never less than it needs, whatever comes to need more and when."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from dae_gui.panels.denoise_panel import DenoisePanel
from dae_gui.support.restyling import is_restyling
from dae_gui.support.scale import USUAL, Scale
from dae_gui.support.zoom import STEPS, apply_scale
from dae_gui.widgets.controls.flow_layout import FlowLayout
from dae_gui.widgets.controls.layouts import vbox
from dae_gui.widgets.controls.panel_area import PanelArea
from dae_gui.workbench.facts import OpenData
from dae_gui.workbench.workbench import Workbench
from helpers.datasets import make_dataset

WIDTHS = [*range(360, 760, 25), 1100]


@pytest.fixture(autouse=True)
def usual_scale(qapp: QApplication) -> Iterator[None]:
    yield
    apply_scale(qapp, USUAL)


@pytest.fixture
def area(qtbot: QtBot) -> Iterator[PanelArea]:
    """A denoise panel in its area, with digits and nothing drawn."""
    workbench = Workbench()
    holder = QWidget()
    qtbot.addWidget(holder)
    holder.resize(1200, 400)
    area = PanelArea(DenoisePanel(workbench, holder), holder)
    area.resize(725, 252)
    holder.show()
    qtbot.waitExposed(holder)
    workbench.set_data(OpenData(make_dataset((28, 28))))
    settle()
    yield area
    holder.close()


def settle() -> None:
    for _ in range(4):
        QApplication.processEvents()


def needed(area: PanelArea) -> QSize:
    """Return what the panel needs at the width that it has."""
    panel = area.widget()
    layout, least = panel.layout(), panel.minimumSizeHint()
    if layout is not None and layout.hasHeightForWidth():
        least = least.expandedTo(QSize(0, layout.totalMinimumHeightForWidth(panel.width())))
    return least


def has_room(area: PanelArea) -> bool:
    return area.widget().size().expandedTo(needed(area)) == area.widget().size()


def test_what_grows_deep_inside_gets_room(area: PanelArea) -> None:
    panel = area.widget()
    assert isinstance(panel, DenoisePanel)
    before = panel.minimumSizeHint().width()
    panel.samples.findChild(QLabel).setMinimumWidth(700)
    settle()
    assert panel.minimumSizeHint().width() > before
    assert has_room(area)
    panel.noise_bar.setMinimumHeight(300)
    settle()
    assert panel.height() >= 300
    assert has_room(area)


@pytest.mark.parametrize("percent", STEPS)
def test_nothing_is_cut_in_any_width_and_the_way_there_does_not_matter(
    area: PanelArea, qapp: QApplication, percent: int
) -> None:
    apply_scale(qapp, Scale(percent / 100, percent / 100))
    found: dict[int, set[tuple[int, int]]] = {}
    for width in (*WIDTHS, *reversed(WIDTHS)):
        area.resize(width, 252)
        settle()
        assert has_room(area), width
        found.setdefault(width, set()).add(area.widget().size().toTuple())
    assert all(len(sizes) == 1 for sizes in found.values()), found


def test_no_control_is_cut_at_any_step(area: PanelArea, qapp: QApplication) -> None:
    for percent in STEPS:
        apply_scale(qapp, Scale(percent / 100, percent / 100))
        settle()
        for child in area.widget().findChildren(QWidget):
            is_control = child.objectName().endswith(("Button", "Slider", "ComboBox", "SpinBox"))
            if is_control and child.isVisible() and not child.size().isEmpty():  # samples without room have none
                name = f"{child.objectName()} at {percent} %"
                assert child.parentWidget().rect().contains(child.geometry()), name
                assert child.width() >= (child.minimumWidth() or child.minimumSizeHint().width()), name


class Sizes(QWidget):
    """A panel whose smallest size follows its letters; notes whether Qt was going over all widgets when it got one."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("sizesPanel")
        self.noted: list[bool] = []

    def minimumSizeHint(self) -> QSize:
        return QSize(60 * self.fontMetrics().averageCharWidth(), 20 * self.fontMetrics().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.noted.append(is_restyling())


def test_no_panel_is_arranged_while_qt_goes_over_all_widgets(qtbot: QtBot, qapp: QApplication) -> None:
    """Panels that arrange their parts anew may delete one of them, which ended the process: so zooming did."""
    holder = QWidget()
    qtbot.addWidget(holder)
    panel = Sizes(holder)
    area = PanelArea(panel, holder)
    area.resize(300, 200)
    holder.show()
    qtbot.waitExposed(holder)
    for size in (1.5, 2.5, 0.8, 1.0):
        settle()
        panel.noted.clear()
        apply_scale(qapp, Scale(size, size))
        settle()
        assert panel.noted, "it is given another size"
        assert not any(panel.noted)
        assert panel.size() == panel.minimumSizeHint()
    holder.close()


def test_lines_that_break_get_room_below(qtbot: QtBot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    holder.resize(800, 200)
    panel = QWidget(holder)
    panel.setObjectName("linesPanel")
    lines = QWidget(panel)
    flow = FlowLayout(lines)
    for _ in range(6):
        flow.addWidget(QLabel("some words", lines))
    panel.setLayout(vbox(lines, margins=(0, 0, 0, 0)))
    area = PanelArea(panel, holder)
    area.resize(600, 60)
    holder.show()
    qtbot.waitExposed(holder)
    settle()
    assert not area.verticalScrollBar().isVisible()
    area.resize(150, 60)
    settle()
    assert area.verticalScrollBar().isVisible()
    assert panel.height() >= flow.heightForWidth(panel.width()) > 60
    holder.close()
