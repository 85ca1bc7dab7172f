"""The exercise solved in the real window as students do, from the start card to the graded hand-in."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from dae_core.__main__ import main as command
from dae_core.datasets.bundled import load_bundled_digits
from dae_core.jobs import UNWATCHED
from dae_core.lessons.bundled import bundled
from dae_core.lessons.handin.handin_file import read_handin
from dae_core.lessons.lesson import Lesson
from dae_core.lessons.measure import measure
from dae_core.lessons.own_work import own_work
from dae_core.lessons.reading import parse_lesson
from dae_core.lessons.starting import config_for, student_seed
from dae_core.lessons.steps import Measure
from dae_core.report.compose import compose
from dae_core.report.document import Listing, Table
from dae_core.report.measurements import ReportInput
from dae_core.report.measurements import measure as measure_run
from dae_core.training.history import History
from dae_core.training.trainer import Trainer
from dae_gui.lessons.lesson.lesson_state import LessonState
from dae_gui.support.file_dialogs import HAND_IN, remember_folder
from dae_gui.window import lesson_opener
from dae_gui.window.main_window import MainWindow
from dae_gui.workbench.state import State
from helpers.sessions import advance, run_of
from helpers.student import (
    BODY,
    LACKS,
    MENDED,
    OTHERS,
    Control,
    Key,
    KeyboardStudent,
    MouseStudent,
    Student,
    short_exercise,
)
from helpers.widgets import find, text
from helpers.windows import MakeWindow, shows

ITERATIONS = int(os.environ.get("DAE_TEST_EXERCISE_ITERATIONS", "400"))  # the sheet asks for 25,000
PREDICTIONS = {"guess-error": "0.5", "guess-active": "40", "guess-cosine": "0.1"}
NAME = "Ada"


@cache
def short_lesson() -> Lesson:
    """Return the exercise with few iterations; what is expected after them comes from a run of the built-in code."""
    lesson = parse_lesson(short_exercise(ITERATIONS, {}), "the exercise with few iterations")
    dataset, history = load_bundled_digits(), History()
    trainer = Trainer(dataset, config_for(lesson, "digits"))
    advance(trainer, history, ITERATIONS)
    run = run_of(trainer, history, "digits")
    trainer.close()
    steps = [step for step in lesson.steps if isinstance(step, Measure) and "digits" in step.expected]
    values = {step.key: measure(step, (run,), dataset, UNWATCHED).value for step in steps}
    assert values.keys() == {"held-out", "active", "cosine"}
    return parse_lesson(short_exercise(ITERATIONS, values), "the exercise with few iterations")


def state_of(window: MainWindow) -> LessonState:
    state = window.lessons.presenter.lesson.state
    assert state is not None
    return state


def is_next(window: MainWindow, key: str) -> bool:
    following = state_of(window).next_step
    return following is not None and following.step.key == key


def solve(qtbot: QtBot, student: Student) -> None:
    """Go through all steps; what is pressed and typed is in sight."""
    window = student.window
    student.press("solveCardButton")
    qtbot.waitUntil(lambda: window.lessons.presenter.lesson.state is not None)
    student.type_into("studentLineEdit", NAME)
    student.key(Key.Key_Return)
    qtbot.waitUntil(lambda: state_of(window).record.student == NAME)
    assert window.training_panel.config().seed == student_seed(state_of(window).lesson, NAME)
    for key in ("sheet", "model"):
        student.press(f"{key}-goOnButton")
    write_backward(qtbot, student)
    train(qtbot, student)
    predict(qtbot, student, "guess-error")
    measure_step(qtbot, student, "held-out")
    write_other(qtbot, student, "code-average", "moving_average")
    predict(qtbot, student, "guess-active")
    student.press("smooth-doButton")
    assert window.curves_panel.smoothing.window() == 25
    measure_step(qtbot, student, "active")
    write_words(qtbot, student, "words-learning", "The error falls at once, and then slowly.")
    write_other(qtbot, student, "code-mosaic", "mosaic")
    predict(qtbot, student, "guess-cosine")
    student.press("mosaics-doButton")
    model = window.workbench.model
    qtbot.waitUntil(lambda: shows(window.filters_w_panel, model) and shows(window.filters_v_panel, model))
    measure_step(qtbot, student, "cosine")
    write_words(qtbot, student, "words-features", "Strokes; a row of V is like its column of W.")
    write_other(qtbot, student, "code-reconstruct", "reconstruct")
    student.press("ten-digits-doButton")
    qtbot.waitUntil(window.denoise_panel.isVisible)
    student.choose("guess-linear", 2)
    student.press("guess-linear-answerButton")
    measure_step(qtbot, student, "linear")
    write_words(qtbot, student, "words-denoising", "Thin strokes are lost.")
    assert not find(window, QPushButton, "lessonHandInButton").isVisible()
    student.press("report-goOnButton")
    qtbot.waitUntil(lambda: state_of(window).is_complete)
    student.press("lessonReportButton")
    close_dialog(qtbot, student, "reportDialog")
    student.press("lessonHandInButton")
    close_dialog(qtbot, student, "handInDialog")


def write_backward(qtbot: QtBot, student: Student) -> None:
    """Write what is published, be told what is missing, and mend it."""
    window = student.window
    student.press("code-backward-codeButton")
    student.write_function("backward", BODY)
    student.press("codeCheckButton")
    qtbot.waitUntil(lambda: text(window, "codeVerdictLabel").startswith("✗"))
    assert "ReLU" in text(window, "codeVerdictLabel") + text(window, "codeMoreLabel")
    assert not is_next(window, "guess-error")
    typed = window.document.code.value["backward"]
    at = next(n for n, line in enumerate(typed.split("\n"), start=1) if LACKS in line)
    student.mend(at, MENDED.removeprefix(LACKS))
    student.press("codeCheckButton")
    qtbot.waitUntil(lambda: is_next(window, "guess-error"))
    assert text(window, "codeVerdictLabel").startswith("✓")
    assert MENDED in window.document.code.value["backward"]


def train(qtbot: QtBot, student: Student) -> None:
    window = student.window
    student.press("codeTrainButton")
    qtbot.waitUntil(lambda: window.workbench.state is State.FINISHED, timeout=max(120_000, 30 * ITERATIONS))
    config = window.workbench.config
    assert config.own_backward == window.document.code.value["backward"]
    assert config.seed == student_seed(state_of(window).lesson, NAME)
    assert window.workbench.progress.iteration == config.iterations


def predict(qtbot: QtBot, student: Student, key: str) -> None:
    student.type_into(f"{key}-numberBox", PREDICTIONS[key])
    student.key(Key.Key_Return)
    qtbot.waitUntil(lambda: text(student.window, f"{key}-resultLabel").startswith("You predicted: "))


def measure_step(qtbot: QtBot, student: Student, key: str) -> None:
    student.press(f"{key}-measureButton")
    verdict = find(student.window, QLabel, f"{key}-result-verdictLabel")
    qtbot.waitUntil(verdict.isVisible)
    assert verdict.text().startswith("✓"), verdict.text()
    assert text(student.window, f"{key}-resultPredictedLabel")
    assert text(student.window, f"{key}-resultMeasuredLabel")


def write_other(qtbot: QtBot, student: Student, key: str, function: str) -> None:
    student.press(f"{key}-codeButton")
    student.write_function(function, OTHERS[function])
    student.key(Key.Key_Return, Control)
    qtbot.waitUntil(lambda: not is_next(student.window, key))


def write_words(qtbot: QtBot, student: Student, key: str, words: str) -> None:
    student.type_into(f"{key}-wordsField", words)
    student.press(f"{key}-writtenButton")
    qtbot.waitUntil(lambda: not is_next(student.window, key))


def hand_in(qtbot: QtBot, student: Student, folder: Path) -> None:
    """Hand in from the window, into a folder that holds nothing else."""
    window = student.window
    remember_folder(HAND_IN, folder)
    student.begin_to_hand_in()
    wait_for_dialog(qtbot, "handInDialog")
    assert text(window, "handInStandingLabel") == "Nothing is missing."
    student.press("handInButton")
    wait_for_dialog(qtbot, "handInFileDialog")
    student.key(Key.Key_Return)  # the name that is proposed
    qtbot.waitUntil(lambda: bool(list(folder.glob("*.handin"))))
    qtbot.waitUntil(lambda: ".handin" in window.statusBar().currentMessage())


def wait_for_dialog(qtbot: QtBot, name: str) -> None:
    """Wait until a dialog has the keyboard."""

    def has_focus() -> bool:
        focused = QApplication.focusWidget()
        return focused is not None and focused.window().objectName() == name

    qtbot.waitUntil(has_focus)


def close_dialog(qtbot: QtBot, student: Student, name: str) -> None:
    """Leave a dialog with Esc, and come back to the window as a desktop does."""
    wait_for_dialog(qtbot, name)
    student.key(Key.Key_Escape)
    student.window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None and QApplication.activeWindow() is student.window)


def graded(folder: Path, lesson: Lesson, capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    """Return what the teacher's command says of the only hand-in of a folder."""
    path = folder.parent / "short.lesson"
    path.write_text(lesson.text, encoding="utf-8")
    capsys.readouterr()
    assert command(["grade", str(folder), "--lesson", str(path), "--run-code", "--json"]) == 0
    (found,) = json.loads(capsys.readouterr().out.splitlines()[-1])["hand_ins"]
    return dict(found)


def check_report(path: Path, written: str) -> None:
    """Make the report of what was handed in: it shows the student's code, and predictions beside what came out."""
    session, dataset = read_handin(path).session, load_bundled_digits()
    work = own_work(session.lessons, session.code, "digits")
    about = ReportInput.of_run(session.run, dataset, session.runs, own_work=work)
    document = compose(about, measure_run(about, UNWATCHED, compares=False), session.words)
    blocks = [block for section in document.sections for block in section.blocks]
    listings = [block.text for block in blocks if isinstance(block, Listing)]
    assert written.strip() in [listing.strip() for listing in listings]
    rows = [row for block in blocks if isinstance(block, Table) for row in block.rows]
    for prediction in PREDICTIONS.values():
        (result,) = {row[2] for row in rows if len(row) == 4 and row[1].split(" ")[0] == prediction}
        assert result not in ("", "–")


@pytest.mark.parametrize("kind", [MouseStudent, KeyboardStudent])
@pytest.mark.slow
def test_solved(
    qtbot: QtBot,
    make_window: MakeWindow,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    kind: type[Student],
) -> None:
    lesson = short_lesson()
    entry = next(entry for entry in bundled() if entry.lesson.key == lesson.key)
    monkeypatch.setattr(lesson_opener, "bundled", lambda: (replace(entry, lesson=lesson),))
    window = make_window()
    window.activateWindow()
    student = kind(qtbot, window)
    solve(qtbot, student)
    folder = tmp_path / "handed in"
    folder.mkdir()
    hand_in(qtbot, student, folder)
    check_report(next(folder.glob("*.handin")), window.document.code.value["backward"])
    found = graded(folder, lesson, capsys)
    assert found["student"] == NAME
    assert found["accepted"], found["reasons"]
    assert found["points"] == found["of"] == lesson.points
