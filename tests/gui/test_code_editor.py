"""The editor for code, with real keys: indentation, comments, brackets, undo, marks, and the way out by keyboard."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from dae_gui.support.copying import copy_from
from dae_gui.support.theme import DARK, LIGHT, apply_theme, current_theme
from dae_gui.widgets.code_editor import CodeEditor
from dae_gui.widgets.code_editor.brackets import partner
from dae_gui.widgets.code_editor.indentation import indentation_after, toggled_comments

Key, Modifier = Qt.Key, Qt.KeyboardModifier
Move, Keep = QTextCursor.MoveOperation, QTextCursor.MoveMode.KeepAnchor


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    layout = QVBoxLayout(window)
    layout.addWidget(QLineEdit())
    layout.addWidget(CodeEditor())
    layout.addWidget(QLineEdit())
    window.resize(500, 400)
    window.show()
    qtbot.waitActive(window)
    return window


@pytest.fixture
def editor(window: QWidget) -> CodeEditor:
    editor = window.findChild(CodeEditor)
    assert isinstance(editor, CodeEditor)
    editor.setFocus()
    return editor


def press(editor: CodeEditor, key: Qt.Key, modifier: Qt.KeyboardModifier = Modifier.NoModifier) -> None:
    QTest.keyClick(editor, key, modifier)


def put_cursor(editor: CodeEditor, place: int, anchor: int | None = None) -> None:
    cursor = editor.textCursor()
    cursor.setPosition(place if anchor is None else anchor)
    cursor.setPosition(place, Keep)
    editor.setTextCursor(cursor)


def test_enter_keeps_the_indentation_and_deepens_it_after_a_colon(editor: CodeEditor) -> None:
    QTest.keyClicks(editor, "def f(x):")
    press(editor, Key.Key_Return)
    QTest.keyClicks(editor, "if x:  # or not:")
    press(editor, Key.Key_Enter, Modifier.KeypadModifier)
    QTest.keyClicks(editor, "return 1")
    press(editor, Key.Key_Return)
    QTest.keyClicks(editor, "return 2")
    press(editor, Key.Key_Return)
    assert editor.text() == "def f(x):\n    if x:  # or not:\n        return 1\n    return 2\n"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("    y = f(", 8),
        ("    y = ':'", 4),
        ("    # why:", 4),
        ("    return [", 8),
        ("    return [1,", 4),
        ("        raise ValueError('x')", 4),
        ("return_value = 1", 0),
        ("    z = {'a': 1}", 4),
        ("while True:", 4),
    ],
)
def test_the_next_line_goes_by_the_code_alone(line: str, expected: int) -> None:
    assert indentation_after(line) == " " * expected


def test_tab_and_backspace_go_by_levels(editor: CodeEditor) -> None:
    QTest.keyClicks(editor, "  ")
    press(editor, Key.Key_Tab)
    assert editor.text() == "    "
    press(editor, Key.Key_Tab)
    QTest.keyClicks(editor, " ")
    press(editor, Key.Key_Backspace)
    assert editor.text() == "        "
    press(editor, Key.Key_Backspace)
    assert editor.text() == "    "
    QTest.keyClicks(editor, "ab")
    press(editor, Key.Key_Backspace)
    assert editor.text() == "    a"
    press(editor, Key.Key_Backtab, Modifier.ShiftModifier)
    assert editor.text() == "a"


def test_a_selection_is_indented_and_commented_as_one_step(editor: CodeEditor) -> None:
    text = "if a:\n    b = 1\n\n    c = 2\nd = 3"
    editor.set_text(text)
    put_cursor(editor, text.index("d"), text.index("b"))  # the line of d is only touched at its beginning
    press(editor, Key.Key_Tab)
    assert editor.text() == "if a:\n        b = 1\n\n        c = 2\nd = 3"
    press(editor, Key.Key_Backtab, Modifier.ShiftModifier)
    assert editor.text() == text
    press(editor, Key.Key_M, Modifier.ControlModifier)
    assert editor.text() == "if a:\n    # b = 1\n\n    # c = 2\nd = 3"
    press(editor, Key.Key_M, Modifier.ControlModifier)
    assert editor.text() == text
    for _ in range(3):
        press(editor, Key.Key_Z, Modifier.ControlModifier)
    assert editor.text() == "if a:\n        b = 1\n\n        c = 2\nd = 3"
    press(editor, Key.Key_Y, Modifier.ControlModifier)
    assert editor.text() == text


def test_comments_stand_in_one_column_and_come_off_again() -> None:
    lines = ["  a", "", "    b"]
    assert toggled_comments(lines) == ["  # a", "", "  #   b"]
    assert toggled_comments(toggled_comments(lines)) == lines
    assert toggled_comments(["# a", "b"]) == ["# # a", "# b"]


def test_home_goes_to_the_first_letter_and_then_to_the_beginning(editor: CodeEditor) -> None:
    editor.set_text("    a = 1")
    put_cursor(editor, 9)
    columns = []
    for _ in range(3):
        press(editor, Key.Key_Home)
        columns.append(editor.textCursor().positionInBlock())
    assert columns == [4, 0, 4]
    press(editor, Key.Key_Home, Modifier.ShiftModifier)
    assert editor.textCursor().selectedText() == "    "


@pytest.mark.parametrize(
    ("text", "place", "expected"),
    [
        ("f(a[0])", 1, (1, 6)),
        ("f(a[0])", 7, (6, 1)),
        ("f(')')", 1, (1, 5)),
        ("f(  # )\n)", 1, (1, 8)),
        ("f([)]", 1, (1, None)),
        ("f(", 2, (1, None)),
        ('"""(\n"""()', 8, (8, 9)),
        ("abc", 1, None),
        ("'(", 2, None),
    ],
)
def test_brackets_find_their_partners(text: str, place: int, expected: tuple[int, int | None] | None) -> None:
    assert partner(text, place) == expected


def test_brackets_beside_the_cursor_are_shown(editor: CodeEditor) -> None:
    editor.set_text("# 😀\nf(x)")
    put_cursor(editor, len("# xx\nf("))
    shown = [s.cursor.selectedText() for s in editor.extraSelections()]
    assert shown == ["", "(", ")"], "the line of the cursor, and both brackets"


def test_keys_that_are_the_windows_elsewhere_are_the_editors(qtbot: QtBot, editor: CodeEditor) -> None:
    with qtbot.waitSignal(editor.runRequested):
        press(editor, Key.Key_Return, Modifier.ControlModifier)
    assert editor.text() == ""


def test_tab_is_no_trap(window: QWidget, editor: CodeEditor) -> None:
    before, after = window.findChildren(QLineEdit)
    press(editor, Key.Key_Tab, Modifier.ControlModifier)
    assert QApplication.focusWidget() is after
    editor.setFocus()
    press(editor, Key.Key_Backtab, Modifier.ControlModifier | Modifier.ShiftModifier)
    assert QApplication.focusWidget() is before
    editor.setFocus()
    press(editor, Key.Key_Escape)
    press(editor, Key.Key_Tab)
    assert QApplication.focusWidget() is after
    editor.setFocus()
    press(editor, Key.Key_Tab)
    assert QApplication.focusWidget() is editor, "after it was left Tab indents again"
    assert editor.text() == "    "
    press(editor, Key.Key_Escape)
    QTest.keyClicks(editor, "a")
    press(editor, Key.Key_Tab)
    assert QApplication.focusWidget() is editor, "whoever goes on typing after Esc wants to indent"


def test_what_is_pasted_is_plain_and_has_no_tabs(editor: CodeEditor) -> None:
    QGuiApplication.clipboard().setText("if a:\n\tb = '<b>'")
    press(editor, Key.Key_V, Modifier.ControlModifier)
    assert editor.text() == "if a:\n    b = '<b>'"
    editor.selectAll()
    assert copy_from(editor)
    assert QGuiApplication.clipboard().text() == editor.text()


def test_a_mark_moves_with_its_line_and_is_shown(editor: CodeEditor) -> None:
    editor.set_text("\n" * 60 + "x = 1 / 0")
    editor.mark_line(61, "nothing can be divided by zero")
    assert editor.marked_line() == 61
    assert 61 in [line for line, _, _ in editor.visible_lines()], "it was scrolled to"
    put_cursor(editor, 0)
    press(editor, Key.Key_Return)
    assert editor.marked_line() == 62
    put_cursor(editor, len(editor.text()))
    pixels = editor.grab().toImage()
    ground = QColor(current_theme(editor.palette()).warning_background)
    assert any(pixels.pixelColor(60, y) == ground for y in range(pixels.height()))
    editor.mark_line(999, "behind the end")
    assert editor.marked_line() == 62
    editor.clear_mark()
    assert editor.marked_line() is None
    assert editor.mark_text() == ""


def test_another_text_is_undone_as_one_step(editor: CodeEditor) -> None:
    editor.set_text("a")
    press(editor, Key.Key_Z, Modifier.ControlModifier)
    assert editor.text() == "a", "what was opened cannot be undone"
    editor.write_over("b\nc")
    press(editor, Key.Key_Z, Modifier.ControlModifier)
    assert editor.text() == "a"


def colors(editor: CodeEditor) -> dict[str, str]:
    """Return the colour of each coloured piece of the text."""
    found = {}
    block = editor.document().begin()
    while block.isValid():
        for piece in block.layout().formats():
            found[block.text()[piece.start : piece.start + piece.length]] = piece.format.foreground().color().name()
        block = block.next()
    return found


def test_colours_are_pygments_kinds_in_those_of_the_theme(
    qtbot: QtBot, restored_theme: QApplication, editor: CodeEditor
) -> None:
    editor.set_text('def f(x):\n    """Two\n    lines."""\n    return max(1.5, "a")  # why')
    for theme in (LIGHT, DARK):
        apply_theme(restored_theme, theme)
        shown = colors(editor)
        assert shown["def"] == shown["return"] == theme.code_keyword
        assert shown["f"] == theme.code_name
        assert shown['    lines."""'] == theme.code_string
        assert shown["max"] == theme.code_builtin
        assert shown["1.5"] == theme.code_number
        assert shown["# why"] == theme.faint_text


def test_only_what_has_changed_is_coloured_anew(editor: CodeEditor, monkeypatch: pytest.MonkeyPatch) -> None:
    editor.set_text("\n".join(f"value_{n} = f({n})  # no. {n}" for n in range(1000)))
    lines: list[str] = []
    lexer = editor._highlighter._lexer  # private: nothing public tells how often it is asked
    read = lexer.line
    monkeypatch.setattr(lexer, "line", lambda text, stack: (lines.append(text), read(text, stack))[1])
    put_cursor(editor, 0)
    QTest.keyClicks(editor, "ab")
    assert len(lines) == 2
    QTest.keyClicks(editor, '"""')
    assert len(lines) >= 1000, "an open string goes on to the end"
    assert colors(editor)["value_999 = f(999)  # no. 999"] == LIGHT.code_string
