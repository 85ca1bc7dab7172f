"""Lessons in the real window, solved with mouse and keys: opened, predicted, done, measured, locked, left, resumed."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDoubleSpinBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from dae_core.lessons.starting import student_seed
from dae_core.sessions.lesson_record import LessonRecord
from dae_gui.__main__ import main
from dae_gui.lessons.code.panel import CodePanel
from dae_gui.lessons.lesson import LessonPanel
from dae_gui.lessons.lesson.lesson_state import LessonState
from dae_gui.support.file_kinds import LESSON_ENDING
from dae_gui.support.why_not import reason
from dae_gui.window.main_window import MainWindow
from dae_gui.workbench.state import State
from helpers.lessons import LOCKED, every_kind, lesson_file
from helpers.widgets import find, text
from helpers.windows import MakeWindow, action, answer

AVERAGE = """\
def moving_average(values, window):
    return np.convolve(values, np.ones(window) / window, "valid")
"""
Left = Qt.MouseButton.LeftButton


def solve(qtbot: QtBot, window: MainWindow, path: Path) -> LessonPanel:
    """Open a lesson's file, and return the panel, which is shown."""
    window.open_path(path)
    qtbot.waitUntil(lambda: window.lessons.presenter.lesson.state is not None)
    panel = window.studies.panel("lessonDock")
    assert isinstance(panel, LessonPanel)
    qtbot.waitUntil(panel.page.isVisible)
    return panel


def state_of(window: MainWindow) -> LessonState:
    state = window.lessons.presenter.lesson.state
    assert state is not None
    return state


def next_key(window: MainWindow) -> str:
    following = state_of(window).next_step
    return "" if following is None else following.step.key


def click(qtbot: QtBot, panel: QWidget, name: str) -> None:
    def is_there() -> bool:
        button = panel.findChild(QAbstractButton, name)
        return button is not None and button.isVisible() and button.isEnabled()

    qtbot.waitUntil(is_there)
    qtbot.mouseClick(find(panel, QAbstractButton, name), Left)


def predict(qtbot: QtBot, panel: LessonPanel, number: str = "30") -> None:
    click(qtbot, panel, "idea-goOnButton")
    box = find(panel, QDoubleSpinBox, "guess-numberBox")
    box.setFocus()
    qtbot.keyClicks(box, number)
    click(qtbot, panel, "guess-answerButton")


def train_to_forty(qtbot: QtBot, window: MainWindow, panel: LessonPanel) -> None:
    click(qtbot, panel, "train-doButton")
    qtbot.waitUntil(lambda: window.workbench.state is State.PAUSED and window.workbench.progress.iteration == 40)


def test_a_lesson_is_solved_with_mouse_and_keys(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    panel = solve(qtbot, window, lesson_file(tmp_path))
    start = action(window, "startAction")
    config = window.training_panel.config()
    assert (config.iterations, config.hidden_units) == (60, 9), "the lesson's settings are set"
    assert not start.isEnabled()
    assert reason(start) == "first make your prediction in step 2 of the lesson “Every kind of step”"
    assert not find(panel, QAbstractButton, "train-head").isEnabled()

    button = find(panel, QPushButton, "guess-answerButton")
    assert not button.isEnabled(), "no number stands there that could be a hint"
    predict(qtbot, panel, "3")
    assert start.isEnabled()
    assert text(panel, "guess-resultLabel") == "You predicted: 3"
    assert not button.isVisible(), "it is recorded for good"

    train_to_forty(qtbot, window, panel)
    config = window.training_panel.config()
    assert (config.corruption.level, config.learning_rate) == (0.5, 0.001)
    click(qtbot, panel, "iterations-measureButton")
    qtbot.waitUntil(lambda: next_key(window) == "average")
    assert text(panel, "iterations-resultMeasuredLabel") == "40"
    assert text(panel, "iterations-resultPredictedLabel") == "3"
    assert text(panel, "iterations-resultDifferenceLabel").endswith("13.3 times as large.")
    assert text(panel, "iterations-result-verdictLabel").startswith("✓")

    click(qtbot, panel, "average-checkButton")
    qtbot.waitUntil(lambda: text(panel, "average-resultLabel").startswith("✗"))
    window.document.code.write("moving_average", AVERAGE)
    click(qtbot, panel, "average-checkButton")
    qtbot.waitUntil(lambda: next_key(window) == "apply")

    click(qtbot, panel, "apply-choice1")
    qtbot.keyClick(find(panel, QAbstractButton, "apply-choice1"), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: next_key(window) == "words")
    assert text(panel, "apply-resultLabel") == "✓ Right: It is larger"
    field = find(panel, QPlainTextEdit, "words-wordsField")
    field.setFocus()
    qtbot.keyClicks(field, "Strokes.")
    assert window.document.words.value.get("features") == "Strokes."
    click(qtbot, panel, "words-writtenButton")
    assert state_of(window).is_complete
    assert text(panel, "lessonProgressLabel") == "All steps are done · 5 of 5 points"
    assert [entry.kind for entry in window.document.lessons.value[0].entries] == [
        "read", "predict", "do", "measure", "code", "transfer", "write",
    ]  # fmt: skip
    assert window.document.is_modified


def test_what_a_button_sets_is_one_step_to_be_undone(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    panel = solve(qtbot, window, lesson_file(tmp_path))
    predict(qtbot, panel)
    before = window.training_panel.config()
    train_to_forty(qtbot, window, panel)
    assert window.undo_history.undo_text() == "“Set σ = 0.5 and train”"
    action(window, "stopAction").trigger()
    qtbot.waitUntil(lambda: window.workbench.state is State.IDLE)
    action(window, "undoAction").trigger()
    assert window.training_panel.config() == before
    action(window, "redoAction").trigger()
    assert window.training_panel.config().learning_rate == 0.001


def test_start_refuses_by_any_way_before_the_prediction(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    solve(qtbot, window, lesson_file(tmp_path))
    window.run_commands.start()
    assert window.workbench.state is State.IDLE
    assert "First make your prediction in step 2" in window.banner.text()
    find(window, QAbstractButton, "leaveLessonButton").click()
    assert window.lessons.presenter.lesson.state is None
    assert action(window, "startAction").isEnabled(), "nothing stands in the way without the lesson"


def test_locks_hold_with_a_reason_until_the_lesson_is_left(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    panel = solve(qtbot, window, lesson_file(tmp_path, LOCKED))
    locked = "the lesson “Every kind of step” keeps it as it is"
    for name in ("corruptionComboBox", "noiseLevelSpinBox", "datasetComboBox", "presetComboBox"):
        field = find(window.training_panel, QWidget, name)
        assert not field.isEnabled(), name
        assert reason(field) == locked
    assert find(window.training_panel, QWidget, "seedSpinBox").isEnabled()
    assert reason(action(window, "openImagesAction")) == locked
    dock = window._layout.docks["timelineDock"]  # the docks that are always there have no other way in
    assert dock.isHidden()
    assert not dock.toggleViewAction().isEnabled()
    window.open_path(tmp_path)
    assert "No other data is opened" in window.banner.text()

    click(qtbot, panel, "idea-goOnButton")
    click(qtbot, panel, "leaveLessonButton")
    answer(qtbot, window, "stayButton")
    assert state_of(window).record.left == ""
    click(qtbot, panel, "leaveLessonButton")
    answer(qtbot, window, "leaveButton")
    qtbot.waitUntil(lambda: window.lessons.presenter.lesson.state is None)
    record = window.document.lessons.record("locked")
    assert record is not None
    assert record.left
    assert find(window.training_panel, QWidget, "corruptionComboBox").isEnabled()
    assert action(window, "openImagesAction").isEnabled()
    assert not dock.isHidden()
    assert dock.toggleViewAction().isEnabled()

    qtbot.waitUntil(lambda: panel.list.isVisible())
    click(qtbot, panel, "lesson-locked")
    qtbot.waitUntil(lambda: panel.page.isVisible())
    assert next_key(window) == "guess", "it is taken up where it was left"
    assert not find(window.training_panel, QWidget, "corruptionComboBox").isEnabled()
    assert "left meanwhile" in text(panel, "lessonProgressLabel")


def test_the_name_of_a_student_gives_their_seed(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    panel = solve(qtbot, window, lesson_file(tmp_path))
    field = find(panel, QLineEdit, "studentLineEdit")
    assert field.isVisible()
    qtbot.keyClicks(field, " Ada ")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert not field.isVisible()
    assert state_of(window).record.student == "Ada"
    assert window.training_panel.config().seed == student_seed(every_kind(), "Ada")
    predict(qtbot, panel)
    train_to_forty(qtbot, window, panel)
    assert window.workbench.config.seed == student_seed(every_kind(), "Ada")


def test_the_command_line_starts_in_a_lesson(qtbot: QtBot, make_window: MakeWindow, tmp_path: Path) -> None:
    path = lesson_file(tmp_path)
    window = make_window("--lesson", str(path), "--student", "s1234")
    qtbot.waitUntil(lambda: window.lessons.presenter.lesson.state is not None)
    qtbot.waitUntil(lambda: window.training_panel.config().hidden_units == 9)
    assert state_of(window).record.student == "s1234"
    assert window.training_panel.config().seed == student_seed(every_kind(), "s1234")
    assert not find(window, QLineEdit, "studentLineEdit").isVisible()


def test_a_file_alone_starts_in_it_too(qtbot: QtBot, make_window: MakeWindow, tmp_path: Path) -> None:
    window = make_window(str(lesson_file(tmp_path)))
    qtbot.waitUntil(lambda: window.lessons.presenter.lesson.state is not None)
    assert window.workbench.data is not None


@pytest.mark.parametrize("argv", [["--student", "Ada"], ["--lesson", "a.lesson", "b.lesson"]])
def test_wrong_usage_is_told_before_anything_opens(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(argv)
    assert "lesson" in capsys.readouterr().err


def test_a_dropped_lesson_is_opened(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(lesson_file(tmp_path)))])
    copy, none = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    window.dropEvent(QDropEvent(QPointF(9, 9), copy, data, Left, none))
    qtbot.waitUntil(lambda: window.lessons.presenter.lesson.state is not None)


def test_the_faults_of_a_damaged_file_are_listed(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    broken = LOCKED.replace('"iteration"', '"nothing"').replace('label = "Set', 'lable = "<b>Set')
    window.open_path(lesson_file(tmp_path, broken))
    panel = window.studies.panel("lessonDock")
    qtbot.waitUntil(lambda: find(panel, QLabel, "lessonFaultsLabel").isVisible())
    faults = text(panel, "lessonFaultsLabel")
    assert "line " in faults
    assert "measurement" in faults
    assert "lable" in faults
    assert window.lessons.presenter.lesson.state is None
    click(qtbot, panel, "lessonFaultsButton0")
    assert not find(panel, QLabel, "lessonFaultsLabel").isVisible()


def test_other_data_is_said_and_the_right_one_offered(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    elsewhere = LOCKED.replace('data = ["digits", "mnist"]', 'data = ["mnist"]')
    before = window.training_panel.config()
    panel = solve(qtbot, window, lesson_file(tmp_path, elsewhere))
    said = text(panel, "lessonNoticeLabel")
    assert said == "This lesson is meant for MNIST. Open is “Bundled digits”."
    assert window.training_panel.config() == before, "its settings are for other data"
    assert "MNIST" in find(panel, QPushButton, "lessonNoticeButton0").text()
    click(qtbot, panel, "lessonNoticeButton1")
    assert not panel.page.notice.isVisible()
    assert window.training_panel.config().hidden_units == 9


def test_settings_wait_for_the_run_that_is_under_way(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    action(window, "startAction").trigger()
    action(window, "pauseAction").trigger()
    qtbot.waitUntil(lambda: window.workbench.state is State.PAUSED)
    panel = solve(qtbot, window, lesson_file(tmp_path))
    assert "A run is under way" in text(panel, "lessonNoticeLabel")
    assert action(window, "startAction").isEnabled(), "what is paused can go on"
    action(window, "stopAction").trigger()
    qtbot.waitUntil(lambda: window.workbench.state is State.IDLE)
    assert window.training_panel.config().hidden_units == 9
    assert not panel.page.notice.isVisible()


def test_a_session_brings_its_lessons_back(qtbot: QtBot, make_window: MakeWindow, tmp_path: Path) -> None:
    first = make_window()
    panel = solve(qtbot, first, lesson_file(tmp_path))
    predict(qtbot, panel)
    train_to_forty(qtbot, first, panel)
    session = tmp_path / "mine.dae"
    with qtbot.waitSignal(first.sessions.saved):
        first.sessions._saver.save(session)  # the dialog is not what is tested
    second = make_window(str(session))
    qtbot.waitUntil(lambda: bool(second.document.lessons.value))
    action(second, "lessonDockAction").trigger()
    panel = second.studies.panel("lessonDock")  # type: ignore[assignment]  # a LessonPanel
    click(qtbot, panel, "lesson-every-kind")
    qtbot.waitUntil(lambda: panel.page.isVisible())
    assert next_key(second) == "iterations"
    click(qtbot, panel, "iterations-measureButton")
    qtbot.waitUntil(lambda: next_key(second) == "average")
    second.sessions.new()
    answer(qtbot, second, "discardSessionButton")
    qtbot.waitUntil(lambda: second.lessons.presenter.lesson.state is None)


def test_a_record_of_another_version_of_a_lesson_is_gone_on_with(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    panel = solve(qtbot, window, lesson_file(tmp_path))
    predict(qtbot, panel)
    other = lesson_file(tmp_path, every_kind().text.replace("For tests.", "Another one."), "other.lesson")
    window.open_path(other)
    qtbot.waitUntil(lambda: "Another version" in window.banner.text())
    assert state_of(window).lesson.summary == "For tests."
    assert next_key(window) == "train"


def test_the_ending_of_lessons_is_one() -> None:
    from dae_core.lessons.lesson import ENDING

    assert ENDING == LESSON_ENDING


def test_a_record_is_kept_only_when_something_was_done(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    panel = solve(qtbot, window, lesson_file(tmp_path))
    assert window.document.lessons.value == ()
    click(qtbot, panel, "idea-goOnButton")
    (record,) = window.document.lessons.value
    assert isinstance(record, LessonRecord)


def test_closing_the_program_is_no_way_out_of_a_lock(qtbot: QtBot, make_window: MakeWindow, tmp_path: Path) -> None:
    first = make_window()
    panel = solve(qtbot, first, lesson_file(tmp_path, LOCKED))
    predict(qtbot, panel)
    train_to_forty(qtbot, first, panel)
    session = tmp_path / "mine.dae"
    with qtbot.waitSignal(first.sessions.saved):
        first.sessions._saver.save(session)  # the dialog is not what is tested
    second = make_window(str(session))
    qtbot.waitUntil(lambda: second.workbench.progress.iteration == 40)
    qtbot.waitUntil(lambda: second.lessons.presenter.lesson.state is not None)
    qtbot.waitUntil(lambda: not find(second.training_panel, QWidget, "datasetComboBox").isEnabled())
    assert next_key(second) == "iterations"


def test_a_lesson_is_solved_by_the_keyboard_alone(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    panel = solve(qtbot, window, lesson_file(tmp_path))

    def tab_to(name: str) -> QWidget:
        for _ in range(40):
            focused = QApplication.focusWidget()
            if focused is not None and focused.objectName() == name:
                return focused
            qtbot.keyClick(focused or window, Qt.Key.Key_Tab)
        raise AssertionError(f"Tab does not lead to {name}")

    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
    qtbot.keyClick(tab_to("idea-goOnButton"), Qt.Key.Key_Space)
    box = tab_to("guess-numberBox")
    qtbot.keyClicks(box, "40")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: next_key(window) == "train")
    qtbot.keyClick(tab_to("train-doButton"), Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.workbench.state is State.PAUSED and window.workbench.progress.iteration == 40)
    qtbot.keyClick(tab_to("iterations-measureButton"), Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: next_key(window) == "average")
    assert text(panel, "iterations-resultDifferenceLabel") == "Your prediction is right."


def test_a_number_out_of_range_is_no_answer(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    panel = solve(qtbot, window, lesson_file(tmp_path))
    click(qtbot, panel, "idea-goOnButton")
    box = find(panel, QDoubleSpinBox, "guess-numberBox")
    for leave in (
        lambda: qtbot.keyClick(box, Qt.Key.Key_Return),
        lambda: qtbot.mouseClick(find(panel, QPushButton, "guess-answerButton"), Left),
    ):
        box.setFocus()
        qtbot.keyClicks(box, "400")
        leave()
        assert next_key(window) == "guess"
        assert "must be a number between 0 and 100" in text(window, "fieldNote")
        assert box.text() == ""


def test_a_run_is_begun_anew_in_no_way_before_the_prediction(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    solve(qtbot, window, lesson_file(tmp_path))
    before = window.document.runs.label
    for begin in (window.run_commands.restart, window.run_commands.begin_with, window.run_commands.step):
        begin()
        assert window.workbench.state is State.IDLE
    assert window.document.runs.label == before


def test_a_check_in_your_code_counts_for_the_step(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    panel = solve(qtbot, window, lesson_file(tmp_path))
    predict(qtbot, panel)
    click(qtbot, panel, "average-head")  # it is still to come, and folded
    click(qtbot, panel, "average-codeButton")
    code = window.studies.panel("yourCodeDock")
    assert isinstance(code, CodePanel)
    qtbot.waitUntil(code.isVisible)
    assert code.function == "moving_average"
    window.document.code.write("moving_average", AVERAGE)
    click(qtbot, code, "codeCheckButton")
    qtbot.waitUntil(lambda: state_of(window).steps[4].is_done)
    assert next_key(window) == "train", "steps may be taken in another order where no prediction stands between"
    assert text(panel, "average-resultLabel").startswith("✓")
