"""The code dock: what is typed there is checked in a process of its own, with real keys and mouse."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QMenu, QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from dae_core.lessons.code import FUNCTIONS, CheckResult
from dae_gui.lessons.code.panel import CodePanel
from dae_gui.lessons.code.quoting import quoted
from dae_gui.widgets.code_editor import CodeEditor
from dae_gui.widgets.controls.figure_table import FigureTable
from helpers.widgets import find, shown_panel, text

Key, Control, Left = Qt.Key, Qt.KeyboardModifier.ControlModifier, Qt.MouseButton.LeftButton

PUBLISHED = """\
dy = y - x0
dz = V @ dy
return np.outer(x, dz), dz, np.outer(z, dy), dy
"""
"""The body of ``backward`` as it was published, typed line by line: the editor indents."""


@pytest.fixture
def panel(qtbot: QtBot) -> Iterator[CodePanel]:
    with shown_panel(qtbot, CodePanel, 723, 226) as panel:
        qtbot.waitActive(panel)
        yield panel


@pytest.fixture
def editor(panel: CodePanel) -> CodeEditor:
    editor = panel.editors.of("backward")
    editor.setFocus()
    return editor


def type_backward(editor: CodeEditor, body: str) -> None:
    """Write a whole ``backward`` over what is there, as a user would."""
    editor.selectAll()
    QTest.keyClicks(editor, "def backward(x, x0, z, y, W, V):")
    for line in body.strip().split("\n"):
        QTest.keyClick(editor, Key.Key_Return)
        QTest.keyClicks(editor, line)


def check(qtbot: QtBot, panel: CodePanel) -> CheckResult:
    with qtbot.waitSignal(panel.checked) as told:
        QTest.keyClick(panel.editors.of(panel.function), Key.Key_Return, Control)
    _, result = told.args
    assert isinstance(result, CheckResult)
    return result


def test_the_published_fault_is_typed_named_and_mended(qtbot: QtBot, panel: CodePanel, editor: CodeEditor) -> None:
    type_backward(editor, PUBLISHED)
    result = check(qtbot, panel)
    assert not result.ok
    assert result.mistake
    assert text(panel, "codeVerdictLabel") == "✗ dW and dB: the derivative of the ReLU is missing."
    assert result.text == f"{text(panel, 'codeVerdictLabel')[2:]} {text(panel, 'codeMoreLabel')}"
    table = find(panel, FigureTable, "codeGradientTable")
    assert [row[-1] for row in table.row_texts()] == ["WRONG", "WRONG", "right", "right"]

    cursor = editor.textCursor()
    cursor.setPosition(editor.text().index("V @ dy") + len("V @ dy"))
    editor.setTextCursor(cursor)
    QTest.keyClicks(editor, " * (z > 0)")
    result = check(qtbot, panel)
    assert result.ok, result.text
    assert text(panel, "codeVerdictLabel").startswith("✓")
    assert [row[-1] for row in table.row_texts()] == ["right"] * 4
    choice = find(panel, QComboBox, "codeFunctionComboBox")
    assert choice.currentText() == "✓ backward"
    QTest.keyClicks(editor, " ")
    assert choice.currentText() == "backward", "another text is not the one that was checked"


def test_the_line_of_an_error_is_marked_and_gone_to(qtbot: QtBot, panel: CodePanel, editor: CodeEditor) -> None:
    type_backward(editor, "dy = y - x0\nreturn dy / nothing")
    result = check(qtbot, panel)
    assert result.line == 3
    assert editor.marked_line() == 3
    assert editor.mark_text() == result.text
    QTest.keyClick(editor, Key.Key_Home, Control)
    go = find(panel, QPushButton, "codeVerdictButton")
    qtbot.mouseClick(go, Left)
    assert editor.textCursor().blockNumber() == 2
    assert editor.hasFocus()


def test_an_endless_loop_is_cancelled(qtbot: QtBot, panel: CodePanel, editor: CodeEditor) -> None:
    type_backward(editor, "while True:\npass")
    QTest.keyClick(editor, Key.Key_Return, Control)
    assert panel.line.is_working()
    qtbot.waitUntil(find(panel, QPushButton, "codeCheckCancelButton").isVisible)
    qtbot.mouseClick(find(panel, QPushButton, "codeCheckCancelButton"), Left)
    assert not panel.line.is_working()
    assert text(panel, "codeVerdictLabel") == "Cancelled: your code was stopped."
    type_backward(editor, PUBLISHED)
    assert not check(qtbot, panel).ok, "another check is made after that"


def test_what_the_code_prints_is_shown_as_plain_text(qtbot: QtBot, panel: CodePanel, editor: CodeEditor) -> None:
    type_backward(editor, "print('<b>', dict(a=1))\n" + PUBLISHED)
    check(qtbot, panel)
    output = find(panel, QPlainTextEdit, "codeOutput")
    assert output.isVisibleTo(panel)
    assert output.toPlainText().startswith("<b> {'a': 1}")


def test_hints_come_one_by_one_and_are_each_functions_own(qtbot: QtBot, panel: CodePanel) -> None:
    button = find(panel, QPushButton, "codeHintButton")
    for number, hint in enumerate(FUNCTIONS["backward"].hints, 1):
        assert button.text() == f"Hint {number} of 3"
        qtbot.mouseClick(button, Left)
        assert text(panel, f"codeHint{number}Label") == quoted(hint.text)
    assert not button.isEnabled()
    panel.show_function("mosaic")
    assert button.text() == "Hint 1 of 3"
    assert not panel.findings.hints.isVisible()
    panel.show_function("backward")
    assert not button.isEnabled()


def test_an_example_is_put_in_and_taken_back(panel: CodePanel, editor: CodeEditor) -> None:
    type_backward(editor, "pass")
    typed = editor.text()
    menu = find(panel, QMenu, "codeExamplesMenu")
    example = FUNCTIONS["backward"].examples[0]
    next(action for action in menu.actions() if action.text() == example.title).trigger()
    assert editor.text() == example.source
    QTest.keyClick(editor, Key.Key_Z, Control)
    assert editor.text() == typed
    next(action for action in menu.actions() if action.objectName() == "codeRestoreAction").trigger()
    assert editor.text() == FUNCTIONS["backward"].stub
    assert panel.texts == {}


def test_each_function_keeps_its_text(qtbot: QtBot, panel: CodePanel, editor: CodeEditor) -> None:
    QTest.keyClick(editor, Key.Key_Home, Control)
    with qtbot.waitSignal(panel.textEdited) as told:
        QTest.keyClicks(editor, "#")
    assert told.args == ["backward", "#" + FUNCTIONS["backward"].stub]
    choice = find(panel, QComboBox, "codeFunctionComboBox")
    choice.setFocus()
    QTest.keyClick(choice, Key.Key_Down)
    assert panel.function == "moving_average"
    assert not find(panel, QPushButton, "codeTrainButton").isVisible(), "only backward trains"
    assert panel.editors.currentWidget() is panel.editors.of("moving_average")
    assert panel.texts == {"backward": "#" + FUNCTIONS["backward"].stub}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_what_stands_there_at_first_is_read_whole_with_the_cursor_where_the_body_begins(
    panel: CodePanel, name: str
) -> None:
    panel.show_function(name)
    editor = panel.editors.of(name)
    assert editor.textCursor().block().text().strip() == "raise NotImplementedError"
    assert editor.viewport().rect().contains(editor.cursorRect())
    assert not editor.horizontalScrollBar().isVisible()
    lines = editor.text().split("\n")
    cursor = editor.textCursor()
    assert cursor.blockNumber() == len(lines) - 2


def test_ctrl_tab_leads_from_the_code_to_its_buttons(panel: CodePanel, editor: CodeEditor) -> None:
    QTest.keyClick(editor, Key.Key_Tab, Control)
    assert find(panel, QPushButton, "codeCheckButton").hasFocus()


def test_the_focus_stays_where_the_check_was_asked_for(qtbot: QtBot, panel: CodePanel, editor: CodeEditor) -> None:
    check(qtbot, panel)
    assert editor.hasFocus()
    button = find(panel, QPushButton, "codeCheckButton")
    with qtbot.waitSignal(panel.checked):
        QTest.mouseClick(button, Left)
        assert find(panel, QPushButton, "codeCheckCancelButton").hasFocus()
    qtbot.waitUntil(button.hasFocus)


def test_code_of_a_session_is_shown_and_does_not_run(qtbot: QtBot, panel: CodePanel, editor: CodeEditor) -> None:
    foreign = FUNCTIONS["backward"].examples[0].source
    panel.show_texts({"backward": foreign, "of a later version": "x"})
    assert editor.text() == foreign
    assert "Nothing of it has run" in panel.notice()
    assert not panel.line.is_working()
    assert not find(panel, QPushButton, "codeTrainButton").isEnabled()
    check(qtbot, panel)
    assert panel.notice() == ""
    panel.show_texts({})
    assert editor.text() == FUNCTIONS["backward"].stub
    assert panel.notice() == ""
