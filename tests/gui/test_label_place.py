"""Labels that change many times a second: no layout for each text, and never one that is cut."""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QWidget
from pytestqt.qtbot import QtBot

from dae_core.training.config import TrainingConfig
from dae_gui.support.plain_text import PlainLabel
from dae_gui.widgets.controls.label_place import LabelPlace, RunningPlace
from dae_gui.window.main_window import MainWindow
from helpers.windows import action


class Layouts(QObject):
    """Counts how often a widget is asked to lay out what is in it."""

    def __init__(self, watched: QObject) -> None:
        super().__init__(watched)
        self.count = 0
        watched.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.LayoutRequest
        return False


def in_row(qtbot: QtBot, kind: type[LabelPlace], text: str) -> tuple[LabelPlace, QWidget]:
    row = QWidget()
    label = PlainLabel()
    label.setContentsMargins(6, 0, 6, 0)
    place = kind(label, row)
    layout = QHBoxLayout(row)
    layout.addWidget(place, kind is LabelPlace)
    layout.addStretch(kind is RunningPlace)
    place.show_text(text)
    qtbot.addWidget(row)
    row.resize(400, 40)
    row.show()
    QApplication.processEvents()
    return place, row


def test_numbers_of_one_length_ask_for_no_layout(qtbot: QtBot) -> None:
    place, row = in_row(qtbot, RunningPlace, "error 100.0")
    layouts = Layouts(row)
    for tenths in range(1000, 2000, 7):
        place.show_text(f"error {tenths / 10:.1f}")
        QApplication.processEvents()
        assert place.label.size() == place.size()
        assert place.width() >= place.label.sizeHint().width()
    assert layouts.count <= 4  # a one is narrow in some fonts


def test_a_longer_text_is_whole_and_a_far_shorter_one_leaves_its_room(qtbot: QtBot) -> None:
    place, row = in_row(qtbot, RunningPlace, "9")
    for text in ("held-out 135.8 (MSE 0.1732)", "9"):
        place.show_text(text)
        QApplication.processEvents()
        assert place.label.width() == place.label.sizeHint().width()
        assert row.isVisible()


def test_larger_letters_are_whole_and_smaller_ones_leave_their_room(qtbot: QtBot) -> None:
    for kind in (RunningPlace, LabelPlace):
        place, row = in_row(qtbot, kind, "error 100.0")
        font = row.font()
        for size in (20.0, 8.0):
            font.setPointSizeF(size)
            row.setFont(font)
            for text in (place.label.text(), "error 100.3"):
                place.show_text(text)
                QApplication.processEvents()
                wanted = place.label.sizeHint()
                assert place.sizeHint().height() == wanted.height()
                assert kind is LabelPlace or place.label.width() == wanted.width()


def test_a_place_gives_its_label_all_of_itself_whatever_its_text(qtbot: QtBot) -> None:
    place, row = in_row(qtbot, LabelPlace, "")
    layouts = Layouts(row)
    for text in ("7", "iteration 7 of 25,000", "far longer than the place can be, whatever happens " * 9):
        place.show_text(text)
        QApplication.processEvents()
        assert place.label.size() == place.size()
        assert place.width() > 300
    assert layouts.count == 0


def test_a_run_does_not_lay_out_the_window_again_and_again(qtbot: QtBot, window: MainWindow) -> None:
    window.training_panel.set_config(TrainingConfig(iterations=10_000_000))
    action(window, "startAction").trigger()
    qtbot.waitUntil(lambda: window.workbench.progress.iteration > 500)
    qtbot.wait(100)
    layouts = Layouts(window)
    updates: list[object] = []
    window.workbench.progressed.connect(updates.append)
    qtbot.waitUntil(lambda: len(updates) >= 30)
    count = layouts.count
    action(window, "pauseAction").trigger()
    assert count < len(updates) / 2


def test_the_status_bar_shows_whole_figures(qtbot: QtBot, window: MainWindow) -> None:
    action(window, "startAction").trigger()
    qtbot.waitUntil(lambda: window.workbench.progress.iteration > 2000)
    action(window, "pauseAction").trigger()
    window.status.clearMessage()
    QApplication.processEvents()
    labels = [label for label in window.status.findChildren(QLabel) if label.isVisible() and label.text()]
    assert len(labels) >= 5
    for label in labels:
        assert label.contentsMargins().left() == 6 or label.objectName() == "finishedTick"
        assert label.width() >= label.sizeHint().width(), label.objectName()
