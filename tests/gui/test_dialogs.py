"""Every window that asks or tells something: whichever way it is closed, it is answered, and can be opened again."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QProgressDialog, QWidget
from pytestqt.qtbot import QtBot

import dae_gui
from dae_core.exporting.files import Exported
from dae_gui.exports.result import ExportResult
from dae_gui.sessions.open_flow import Answer
from dae_gui.sessions.save_question import close_question, conflict_question, save_question
from dae_gui.support.question import Choice, Question, Role
from dae_gui.widgets.controls.progress_dialog import ProgressDialog
from dae_gui.window.main_window import MainWindow
from helpers.datasets import save_pictures
from helpers.lessons import every_kind
from helpers.wheel import changed_by_wheel
from helpers.windows import action, train


def press_escape(qtbot: QtBot, dialog: QDialog) -> None:
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)


WAYS_OUT: dict[str, Callable[[QtBot, QDialog], object]] = {
    "the X of its title bar": lambda _qtbot, dialog: dialog.close(),
    "Esc": press_escape,
    "the program": lambda _qtbot, dialog: dialog.reject(),
}
ways_out = pytest.mark.parametrize("leave", WAYS_OUT.values(), ids=WAYS_OUT)

Open = Callable[[MainWindow, Path], object]


def _triggered(name: str) -> Open:
    return lambda window, _folder: action(window, name).trigger()


def _sweep(window: MainWindow, _folder: Path) -> None:
    from dae_core.sweeps.sweep import processes
    from dae_gui.panels.runs_panel.sweep_dialog import SweepDialog

    dialog = SweepDialog(window.workbench.config, 784, processes(), (), window)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()


def _hand_in(window: MainWindow, _folder: Path) -> None:
    if window.lessons.presenter.lesson.state is None:
        window.lessons.presenter.lesson.open(every_kind())
    action(window, "handInAction").trigger()


OPENED: dict[str, Open] = {
    "saveSessionQuestion": _triggered("newSessionAction"),
    "exportDialog": _triggered("exportAction"),
    "exportFileDialog": _triggered("exportCsvAction"),
    "savePictureDialog": _triggered("exportCurvesAction"),
    "gradientDialog": _triggered("checkGradientAction"),
    "helpDialog": _triggered("helpAction"),
    "shortcutsDialog": _triggered("shortcutsAction"),
    "aboutDialog": _triggered("aboutAction"),
    "reportDialog": _triggered("reportAction"),
    "handInDialog": _hand_in,
    "prepareLessonDialog": _triggered("prepareLessonAction"),
    "importDialog": lambda window, folder: window.data_commands.open_path(str(save_pictures(folder / "pictures"))),
    "filmDialog": lambda window, _folder: window.timeline_panel.export_film(),
    "sweepDialog": _sweep,
    "exportResultDialog": lambda window, folder: ExportResult(Exported((folder / "a", folder / "b")), window).show(),
}
"""How each is opened, by its object name."""
ELSEWHERE = {"ProgressDialog", "Question"}
"""Those whose ways out are tested below, with their answers."""


def test_no_dialog_is_forgotten() -> None:
    """A new class of dialogs belongs in the table above, and a question is a Question."""
    kinds = {"QDialog", "QMessageBox", "QProgressDialog", "QFileDialog"}
    made, boxes = set(), []
    for file in Path(dae_gui.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef) and kinds & {
                base.id for base in node.bases if isinstance(base, ast.Name)
            }:
                made.add(node.name)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "QMessageBox":
                boxes.append(file.name)
    assert {name.lower() for name in made - ELSEWHERE} <= {name.lower() for name in OPENED} | {"exportresult"}
    assert boxes == ["app.py"]  # which tells of an unforeseen exception, and asks nothing


@ways_out
def test_a_dialog_that_is_closed_opens_again(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, leave: Callable[[QtBot, QDialog], object]
) -> None:
    train(qtbot, window)
    is_modified = window.document.is_modified
    for name, open_it in OPENED.items():
        for _ in range(2):
            open_it(window, tmp_path)
            qtbot.waitUntil(lambda name=name: len(shown(window, name)) == 1)
            (dialog,) = shown(window, name)
            leave(qtbot, dialog)
            qtbot.waitUntil(lambda name=name: shown(window, name) == [])
    assert window.document.is_modified is is_modified is True
    assert window.isEnabled()


def test_no_field_of_a_dialog_is_changed_by_the_wheel(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    train(qtbot, window)
    for name, open_it in OPENED.items():
        open_it(window, tmp_path)
        qtbot.waitUntil(lambda name=name: len(shown(window, name)) == 1)
        (dialog,) = shown(window, name)
        assert changed_by_wheel(dialog) == [], name
        dialog.reject()


def shown(window: QWidget, name: str) -> list[QDialog]:
    return [dialog for dialog in window.findChildren(QDialog, name) if dialog.isVisible()]


# Questions


@pytest.fixture
def parent(qtbot: QtBot) -> Iterator[QWidget]:
    parent = QWidget()
    parent.show()
    yield parent
    parent.deleteLater()


@ways_out
def test_a_question_that_is_closed_is_answered_once_with_what_changes_nothing(
    qtbot: QtBot, parent: QWidget, leave: Callable[[QtBot, QDialog], object]
) -> None:
    answers: list[object] = []
    for question in (
        save_question(parent, "<b>walk</b>", 2),
        close_question(parent, "The disk is full.", 1),
        conflict_question(parent, "walk.dae"),
        Question(
            parent, "q", "T", "?", "", (Choice(1, "One", "a", Role.DestructiveRole), Choice(2, "B", "b", Role.NoRole))
        ),
    ):
        question.ask(answers.append)
        leave(qtbot, question)
    assert answers == [Answer.CANCEL] * 3 + [2]


def test_every_button_gives_its_answer(parent: QWidget) -> None:
    answers: list[object] = []
    asked = {
        Answer.SAVE: lambda: save_question(parent, "", 0),
        Answer.SAVE_AS: lambda: close_question(parent, "The disk is full.", 2),
        Answer.DISCARD: lambda: save_question(parent, "", 0),
        Answer.CANCEL: lambda: conflict_question(parent, "walk.dae"),
    }
    names = ("saveSessionButton", "saveSessionButton", "discardSessionButton", "cancelSessionButton")
    for make, name in zip(asked.values(), names, strict=True):
        question = make()
        question.ask(answers.append)
        (button,) = [b for b in question.buttons() if b.objectName() == name]
        button.click()
    assert answers == list(asked) == list(Answer)


def test_enter_destroys_nothing(qtbot: QtBot, parent: QWidget) -> None:
    answers: list[object] = []
    for role in (Role.AcceptRole, Role.DestructiveRole):
        question = Question(
            parent, "q", "T", "?", "", (Choice("do", "D", "a", role), Choice("leave", "L", "b", Role.RejectRole))
        )
        question.ask(answers.append)
        qtbot.keyClick(question, Qt.Key.Key_Return)
    assert answers == ["do", "leave"]


@ways_out
def test_a_job_whose_window_is_closed_is_cancelled(
    qtbot: QtBot, parent: QWidget, leave: Callable[[QtBot, QDialog], object]
) -> None:
    dialog = ProgressDialog("progress", "Working", parent)
    cancelled: list[bool] = []
    dialog.cancelled.connect(lambda: cancelled.append(True))
    dialog.begin("working")
    dialog.show()
    assert isinstance(dialog, QProgressDialog)
    leave(qtbot, dialog)
    assert cancelled
