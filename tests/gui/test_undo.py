"""One history of steps for settings and drawings, driven with keys and mouse."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QMainWindow, QSpinBox, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from dae_core.datasets import write_idx
from dae_core.model.corruption import Gaussian, Masking
from dae_core.training.config import TrainingConfig
from dae_core.training.presets import PRESETS
from dae_gui.app import create_window
from dae_gui.panels.training_panel import TrainingPanel
from dae_gui.panels.training_panel.steps import changed_fields
from dae_gui.support.undo import MERGE_SECONDS, UNDO_LIMIT, UndoHistory
from dae_gui.widgets.controls.number_box import NumberBox
from dae_gui.widgets.drawing.drawing_canvas import DrawingCanvas
from dae_gui.window.actions import create_actions
from dae_gui.window.main_window import MainWindow
from dae_gui.window.undo_actions import UndoActions
from dae_gui.workbench.state import State
from dae_gui.workbench.workbench import Workbench
from helpers.widgets import DrawStroke, find, on_canvas

W = TypeVar("W", bound=QWidget)
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


class Clock:
    """Time that a test sets."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def pass_by(self) -> None:
        self.now += MERGE_SECONDS + 0.1


# -- the history alone -----------------------------------------------------------------------------------------------


@pytest.fixture
def history(qapp: QApplication) -> UndoHistory:
    return UndoHistory()


def push_number(history: UndoHistory, values: list[int], new: int, owner: object = None) -> None:
    old = values[0]
    values[0] = new
    history.push(f"{old} → {new}", lambda: values.__setitem__(0, old), lambda: values.__setitem__(0, new), owner=owner)


def test_what_is_pushed_has_been_done_and_goes_back_and_forth(history: UndoHistory) -> None:
    values = [0]
    for new in (1, 2, 3):
        push_number(history, values, new)
    assert values == [3]
    assert (history.undo_text(), history.redo_text()) == ("2 → 3", "")
    history.undo()
    history.undo()
    assert values == [1]
    assert (history.undo_text(), history.redo_text()) == ("0 → 1", "1 → 2")
    history.redo()
    assert values == [2]
    push_number(history, values, 9)
    assert not history.can_redo()
    history.undo()
    assert values == [2]


def test_it_keeps_the_last_two_hundred_steps(history: UndoHistory) -> None:
    values = [0]
    for new in range(1, UNDO_LIMIT + 51):
        push_number(history, values, new)
    while history.can_undo():
        history.undo()
    assert values == [50]


def test_what_an_owner_forgets_is_passed_over_in_both_directions(history: UndoHistory) -> None:
    values, others = [0], [0]
    push_number(history, values, 1)
    push_number(history, others, 5, owner="other")
    push_number(history, values, 2)
    push_number(history, others, 6, owner="other")
    history.forget("other")
    assert history.undo_text() == "1 → 2"
    history.undo()
    assert (values, others) == ([1], [6])
    history.undo()
    assert (values, others) == ([0], [6])
    assert not history.can_undo()
    history.redo()
    history.redo()
    assert (values, others) == ([2], [6])
    assert not history.can_redo()


def test_steps_that_are_taken_back_can_be_forgotten_too(history: UndoHistory) -> None:
    values, others = [0], [0]
    push_number(history, others, 5, owner="other")
    push_number(history, values, 1)
    history.undo()
    history.undo()
    assert others == [0]
    history.forget("other")
    assert history.redo_text() == "0 → 1"
    history.redo()
    assert (values, others) == ([1], [0])


def test_what_a_step_does_while_it_goes_back_is_no_new_step(history: UndoHistory) -> None:
    values = [0]
    history.push("outer", lambda: push_number(history, values, 7), lambda: push_number(history, values, 8))
    history.undo()
    assert values == [7]
    assert history.redo_text() == "outer"
    history.redo()
    assert values == [8]
    assert not history.can_redo()


def test_changes_are_told(history: UndoHistory, qtbot: QtBot) -> None:
    for act in (lambda: push_number(history, [0], 1), history.undo, history.redo, history.clear):
        with qtbot.waitSignal(history.changed):
            act()
    assert not history.can_undo()


# -- settings --------------------------------------------------------------------------------------------------------


class Bench(QMainWindow):
    """The training panel with the Edit menu's actions, and nothing else."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock()
        self.history = UndoHistory(self, self.clock)
        self.panel = TrainingPanel(Workbench(self), self)
        self.panel.use_history(self.history)
        self.note = QLineEdit(self)
        centre = QWidget(self)
        layout = QVBoxLayout(centre)
        layout.addWidget(self.panel)
        layout.addWidget(self.note)
        self.setCentralWidget(centre)
        actions = create_actions(self)
        UndoActions(self.history, actions, self)
        self.menuBar().addMenu("Edit").addActions([actions[f"{name}Action"] for name in ("undo", "redo", "copy")])
        self.undo_action, self.redo_action = actions["undoAction"], actions["redoAction"]

    def find(self, kind: type[W], name: str) -> W:
        found = self.findChild(kind, name)
        assert isinstance(found, kind), name
        return found


@pytest.fixture
def bench(qtbot: QtBot) -> Bench:
    bench = Bench()
    qtbot.addWidget(bench)
    bench.resize(400, 800)
    bench.show()
    bench.activateWindow()
    qtbot.waitExposed(bench)
    return bench


def press_undo(widget: QWidget) -> None:
    QTest.keyClick(widget, Qt.Key.Key_Z, CONTROL)


def press_redo(widget: QWidget) -> None:
    QTest.keyClick(widget, Qt.Key.Key_Z, CONTROL | SHIFT)


def type_number(box: QWidget, text: str) -> None:
    box.setFocus()
    box.selectAll()  # type: ignore[attr-defined]
    QTest.keyClicks(box, text)
    QTest.keyClick(box, Qt.Key.Key_Return)


def choose(combo: QComboBox, text: str) -> None:
    combo.setFocus()
    target = combo.findText(text)
    assert target >= 0
    while combo.currentIndex() != target:
        QTest.keyClick(combo, Qt.Key.Key_Down if combo.currentIndex() < target else Qt.Key.Key_Up)


def test_every_setting_goes_back_and_forth_and_names_its_step(bench: Bench) -> None:
    start = bench.panel.config()
    edits: list[tuple[Callable[[], None], str]] = [
        (lambda: type_number(bench.find(QSpinBox, "hiddenUnitsSpinBox"), "1000"), "hidden units 225 → 1,000"),
        (lambda: type_number(bench.find(NumberBox, "noiseLevelSpinBox"), "0.5"), "noise level 1 → 0.5"),
        (lambda: choose(bench.find(QComboBox, "corruptionComboBox"), "Masking"), "corruption Gaussian → Masking"),
        (lambda: type_number(bench.find(NumberBox, "learningRateSpinBox"), "1e-3"), "learning rate 0.0005 → 0.001"),
        (
            lambda: choose(bench.find(QComboBox, "scheduleComboBox"), "Linear to zero"),
            "schedule Constant → Linear to zero",
        ),
        (lambda: type_number(bench.find(QSpinBox, "iterationsSpinBox"), "9000"), "iterations 25,000 → 9,000"),
        (
            lambda: choose(bench.find(QComboBox, "gradientComboBox"), "As published (faulty)"),
            "gradient Exact → As published (faulty)",
        ),
        (lambda: type_number(bench.find(QSpinBox, "seedSpinBox"), "7"), "seed 0 → 7"),
        (lambda: type_number(bench.find(QSpinBox, "batchSizeSpinBox"), "16"), "batch size 1 → 16"),
        (lambda: choose(bench.find(QComboBox, "optimizerComboBox"), "Momentum"), "optimizer Plain SGD → Momentum"),
        (
            lambda: choose(bench.find(QComboBox, "decoderStartComboBox"), "At 0.2 Wᵀ"),
            "start of V At random → At 0.2 Wᵀ",
        ),
    ]
    QTest.mouseClick(bench.find(QWidget, "advancedButton"), Qt.MouseButton.LeftButton)
    configs = [start]
    for edit, text in edits:
        edit()
        configs.append(bench.panel.config())
        assert configs[-1] != configs[-2], text
        assert bench.undo_action.text() == f"&Undo {text}"
    told: list[TrainingConfig] = []
    bench.panel.configChanged.connect(told.append)
    for config in configs[-2::-1]:
        bench.undo_action.trigger()
        assert bench.panel.config() == config == told[-1]
    assert not bench.undo_action.isEnabled()
    for config in configs[1:]:
        bench.redo_action.trigger()
        assert bench.panel.config() == config == told[-1]
    assert not bench.redo_action.isEnabled()
    assert len(told) == 2 * len(edits)


def test_a_preset_is_one_step(bench: Bench) -> None:
    type_number(bench.find(QSpinBox, "seedSpinBox"), "42")
    before = bench.panel.config()
    bench.clock.pass_by()
    choose(bench.find(QComboBox, "presetComboBox"), "Best in 15 seconds")
    assert bench.panel.config() == PRESETS["Best in 15 seconds"].config.replace(seed=42)
    assert bench.undo_action.text().endswith("preset Best in 15 seconds")
    steps = 0
    while bench.panel.config() != before:
        press_undo(bench.find(QComboBox, "presetComboBox"))
        steps += 1
    assert steps == 3, "each preset that the arrow key passed over"
    assert bench.find(QComboBox, "presetComboBox").currentText() == "Exercise (25,000 iterations)"


def test_turning_a_field_in_quick_succession_is_one_step(bench: Bench) -> None:
    rate = bench.find(NumberBox, "learningRateSpinBox")
    rate.setFocus()
    for _ in range(3):
        QTest.keyClick(rate, Qt.Key.Key_Up)
    assert rate.value() == 0.005
    assert bench.undo_action.text() == "&Undo learning rate 0.0005 → 0.005"
    bench.clock.pass_by()
    QTest.keyClick(rate, Qt.Key.Key_Up)
    assert bench.undo_action.text() == "&Undo learning rate 0.005 → 0.01"
    press_undo(rate)
    assert rate.value() == 0.005
    press_undo(rate)
    assert rate.value() == 0.0005
    assert not bench.history.can_undo()
    press_redo(rate)
    assert rate.value() == 0.005


def test_leaving_the_field_ends_the_step(bench: Bench) -> None:
    rate = bench.find(NumberBox, "learningRateSpinBox")
    rate.setFocus()
    QTest.keyClick(rate, Qt.Key.Key_Up)
    bench.find(QSpinBox, "seedSpinBox").setFocus()
    rate.setFocus()
    QTest.keyClick(rate, Qt.Key.Key_Up)
    assert bench.undo_action.text() == "&Undo learning rate 0.001 → 0.002"


def test_a_field_turned_back_to_where_it_was_leaves_no_step(bench: Bench) -> None:
    rate = bench.find(NumberBox, "learningRateSpinBox")
    rate.setFocus()
    QTest.keyClick(rate, Qt.Key.Key_Up)
    QTest.keyClick(rate, Qt.Key.Key_Down)
    assert rate.value() == 0.0005
    assert not bench.history.can_undo()


def test_steps_of_different_fields_stay_apart(bench: Bench) -> None:
    type_number(bench.find(QSpinBox, "seedSpinBox"), "1")
    type_number(bench.find(QSpinBox, "hiddenUnitsSpinBox"), "9")
    type_number(bench.find(QSpinBox, "seedSpinBox"), "2")
    texts = []
    while bench.history.can_undo():
        texts.append(bench.history.undo_text())
        bench.history.undo()
    assert texts == ["seed 1 → 2", "hidden units 225 → 9", "seed 0 → 1"]


def test_a_run_under_way_refuses_what_defines_it_and_nothing_is_lost(bench: Bench) -> None:
    refused: list[str] = []
    bench.history.refused.connect(refused.append)
    type_number(bench.find(NumberBox, "learningRateSpinBox"), "0.002")
    type_number(bench.find(QSpinBox, "hiddenUnitsSpinBox"), "100")
    bench.panel.workbench.set_state(State.RUNNING)
    type_number(bench.find(NumberBox, "noiseLevelSpinBox"), "0.7")
    levels: list[float] = []
    bench.panel.noiseLevelChanged.connect(levels.append)
    bench.undo_action.trigger()
    assert levels == [1.0]
    bench.undo_action.trigger()
    assert refused == ["Hidden units cannot be changed while a run is under way. Stop or reset it first."]
    assert bench.panel.config() == TrainingConfig(hidden_units=100, learning_rate=0.002)
    bench.panel.workbench.set_state(State.FINISHED)
    bench.undo_action.trigger()
    bench.undo_action.trigger()
    assert bench.panel.config() == TrainingConfig()
    bench.redo_action.trigger()
    bench.panel.workbench.set_state(State.PAUSED)
    bench.redo_action.trigger()
    assert len(refused) == 2, "doing it again is refused as well"
    bench.panel.workbench.set_state(State.IDLE)
    bench.redo_action.trigger()
    bench.redo_action.trigger()
    assert bench.panel.config() == TrainingConfig(hidden_units=100, learning_rate=0.002, corruption=Gaussian(0.7))


def test_settings_that_came_from_elsewhere_stay(bench: Bench) -> None:
    type_number(bench.find(NumberBox, "learningRateSpinBox"), "0.002")
    type_number(bench.find(NumberBox, "noiseLevelSpinBox"), "0.5")
    bench.panel.set_config(TrainingConfig(hidden_units=64, corruption=Masking(0.25), learning_rate=0.002))
    bench.history.undo()
    assert bench.panel.config().corruption == Masking(0.25), "a sigma is no fraction"
    bench.history.undo()
    assert bench.panel.config() == TrainingConfig(hidden_units=64, corruption=Masking(0.25))


def test_typing_is_taken_back_before_steps_are(bench: Bench) -> None:
    units = bench.find(QSpinBox, "hiddenUnitsSpinBox")
    type_number(bench.find(QSpinBox, "seedSpinBox"), "3")
    units.setFocus()
    units.selectAll()
    QTest.keyClicks(units, "64")
    press_undo(units)
    assert bench.panel.config().seed == 3, "only what was typed is taken back"
    while units.text() != "225":
        press_undo(units)
    assert bench.panel.config() == TrainingConfig(seed=3)
    press_undo(units)
    assert bench.panel.config() == TrainingConfig()
    press_redo(units)
    assert bench.panel.config() == TrainingConfig(seed=3)
    type_number(units, "64")
    press_undo(units)
    assert (units.value(), units.text()) == (225, "225"), "a number that was taken over is a step"


def test_other_text_fields_keep_their_own_undo(bench: Bench) -> None:
    type_number(bench.find(QSpinBox, "seedSpinBox"), "3")
    bench.note.setFocus()
    QTest.keyClicks(bench.note, "a note")
    press_undo(bench.note)
    assert bench.note.text() == ""
    assert bench.panel.config().seed == 3


def test_changed_fields_are_named_one_by_one() -> None:
    start = TrainingConfig()
    assert changed_fields(start, start) == frozenset()
    assert changed_fields(start, start.replace(corruption=Gaussian(0.3))) == {"level"}
    assert changed_fields(start, start.replace(corruption=Masking(0.3), seed=2)) == {"corruption", "seed"}


# -- the whole window ------------------------------------------------------------------------------------------------


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    window = create_window()
    window.show()
    window.activateWindow()
    qtbot.waitExposed(window)
    qtbot.waitUntil(lambda: window.workbench.model is not None)
    yield window
    window.close()
    window.deleteLater()


def trigger(window: MainWindow, name: str) -> None:
    action = window.findChild(QAction, name)
    assert isinstance(action, QAction)
    assert action.isEnabled(), name
    action.trigger()


def draw_line(window: MainWindow, draw_stroke: DrawStroke, row: float) -> None:
    canvas = find(window, DrawingCanvas, "drawingCanvas")
    draw_stroke(canvas, [on_canvas(canvas, row, column) for column in (4.0, 12.0, 24.0)])


def test_the_first_data_set_is_no_step(window: MainWindow) -> None:
    assert find(window, DrawingCanvas, "drawingCanvas").drawing.is_blank()
    assert not window.undo_history.can_undo()


def test_settings_and_drawings_share_one_line_of_steps(window: MainWindow, draw_stroke: DrawStroke) -> None:
    canvas, rate = find(window, DrawingCanvas, "drawingCanvas"), find(window, NumberBox, "learningRateSpinBox")
    pictures = [canvas.drawing.image()]
    draw_line(window, draw_stroke, 6)
    pictures.append(canvas.drawing.image())
    type_number(rate, "0.002")
    QTest.mouseClick(find(window, QWidget, "clearButton"), Qt.MouseButton.LeftButton)
    QTest.mouseClick(find(window, QWidget, "eraserButton"), Qt.MouseButton.LeftButton)
    QTest.mouseClick(find(window, QWidget, "nextDigitButton"), Qt.MouseButton.LeftButton)
    digit = canvas.drawing.image()
    draw_line(window, draw_stroke, 14)
    assert not np.array_equal(canvas.drawing.image(), digit)
    erased = canvas.drawing.image()
    texts = []
    while window.undo_history.can_undo():
        texts.append(window.undo_history.undo_text())
        # In turn: the button at the canvas, the key at the canvas, the key anywhere else, the menu.
        way = len(texts) % 4
        if way == 0:
            QTest.mouseClick(find(window, QWidget, "undoButton"), Qt.MouseButton.LeftButton)
        elif way == 1:
            canvas.setFocus()
            press_undo(canvas)
        elif way == 2:
            rate.setFocus()
            press_undo(rate)
        else:
            trigger(window, "undoAction")
    assert texts == ["erasing", "digit", "clearing the canvas", "learning rate 0.0005 → 0.002", "stroke"]
    assert np.array_equal(canvas.drawing.image(), pictures[0])
    assert rate.value() == 0.0005
    assert not find(window, QWidget, "undoButton").isEnabled()
    QTest.mouseClick(find(window, QWidget, "redoButton"), Qt.MouseButton.LeftButton)
    assert np.array_equal(canvas.drawing.image(), pictures[1])
    canvas.setFocus()
    press_redo(canvas)
    assert rate.value() == 0.002
    QTest.keyClick(find(window, QWidget, "penButton"), Qt.Key.Key_Y, CONTROL)
    assert canvas.drawing.is_blank()
    trigger(window, "redoAction")
    assert np.array_equal(canvas.drawing.image(), digit)
    trigger(window, "redoAction")
    assert np.array_equal(canvas.drawing.image(), erased)
    assert not window.undo_history.can_redo()


def test_live_changes_are_taken_back_live(qtbot: QtBot, window: MainWindow) -> None:
    find(window, QSpinBox, "iterationsSpinBox").setValue(1_000_000_000)
    trigger(window, "startAction")
    qtbot.waitUntil(lambda: window.workbench.state is State.RUNNING)
    rate = find(window, NumberBox, "learningRateSpinBox")
    type_number(rate, "0.0001")
    assert window.workbench.config.learning_rate == 0.0001
    press_undo(rate)
    assert window.workbench.config.learning_rate == 0.0005
    qtbot.waitUntil(lambda: len(window.workbench.history.changes) == 2)
    assert [change.new for change in window.workbench.history.changes] == [0.0001, 0.0005]
    press_undo(rate)
    assert "Iterations cannot be changed" in window.status.currentMessage()
    assert find(window, QSpinBox, "iterationsSpinBox").value() == 1_000_000_000
    trigger(window, "stopAction")
    qtbot.waitUntil(lambda: window.workbench.state is State.IDLE)
    trigger(window, "undoAction")
    assert find(window, QSpinBox, "iterationsSpinBox").value() == 25_000


def test_another_data_set_takes_its_strokes_with_it_and_leaves_the_settings(
    qtbot: QtBot, window: MainWindow, draw_stroke: DrawStroke, tmp_path: Path
) -> None:
    rng = np.random.default_rng(0)
    write_idx(tmp_path / "train-images-idx3-ubyte", (rng.random((60, 10, 12)) * 255).astype(np.uint8))
    canvas = find(window, DrawingCanvas, "drawingCanvas")
    type_number(find(window, QSpinBox, "seedSpinBox"), "5")
    draw_line(window, draw_stroke, 6)
    type_number(find(window, QSpinBox, "seedSpinBox"), "6")
    window.data_commands.open_path(str(tmp_path))
    qtbot.waitUntil(lambda: canvas.drawing.shape == (10, 12))
    digit = canvas.drawing.image()
    assert not digit.any()
    trigger(window, "undoAction")
    trigger(window, "undoAction")
    assert find(window, QSpinBox, "seedSpinBox").value() == 0
    assert not window.undo_history.can_undo()
    draw_stroke(canvas, [on_canvas(canvas, 2, 2), on_canvas(canvas, 8, 10)])
    assert not np.array_equal(canvas.drawing.image(), digit)
    trigger(window, "undoAction")
    assert np.array_equal(canvas.drawing.image(), digit)
