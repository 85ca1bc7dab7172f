"""What keys do to the text of an editor: each function is one step that can be undone."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QPlainTextEdit

from dae_gui.widgets.code_editor.indentation import (
    indentation_after,
    indented,
    leading,
    outdented,
    to_next_stop,
    to_stop_before,
    toggled_comments,
)

_Move, _Keep = QTextCursor.MoveOperation, QTextCursor.MoveMode.KeepAnchor


def indent(editor: QPlainTextEdit) -> None:
    """Indent the lines of the selection; without one, fill up to the next level with spaces."""
    cursor = editor.textCursor()
    if cursor.hasSelection():
        _change_lines(editor, indented)
    else:
        cursor.insertText(" " * to_next_stop(cursor.positionInBlock()))


def outdent(editor: QPlainTextEdit) -> None:
    """Take a level of indentation off the lines of the selection, or off the one with the cursor."""
    _change_lines(editor, outdented)


def toggle_comment(editor: QPlainTextEdit) -> None:
    """Make comments of the lines of the selection, or of the one with the cursor; or code again."""
    _change_lines(editor, toggled_comments)


def begin_line(editor: QPlainTextEdit) -> None:
    """Begin a new line with the indentation that it needs."""
    cursor = editor.textCursor()
    cursor.beginEditBlock()
    cursor.removeSelectedText()
    before = cursor.block().text()[: cursor.positionInBlock()]
    cursor.insertText("\n" + (indentation_after(before) if before.strip() else before))
    cursor.endEditBlock()
    editor.setTextCursor(cursor)
    editor.ensureCursorVisible()


def delete_level(editor: QPlainTextEdit) -> bool:
    """Delete the spaces before the cursor back to the level before; return whether only such are before it."""
    cursor = editor.textCursor()
    column = cursor.positionInBlock()
    if cursor.hasSelection() or not column or cursor.block().text()[:column].strip(" "):
        return False
    cursor.movePosition(_Move.Left, _Keep, to_stop_before(column))
    cursor.removeSelectedText()
    return True


def go_home(editor: QPlainTextEdit, *, select: bool) -> None:
    """Go to the first letter of the line, or from there to its very beginning."""
    cursor = editor.textCursor()
    first = len(leading(cursor.block().text()))
    column = 0 if cursor.positionInBlock() == first else first
    mode = _Keep if select else QTextCursor.MoveMode.MoveAnchor
    cursor.setPosition(cursor.block().position() + column, mode)
    editor.setTextCursor(cursor)


def _change_lines(editor: QPlainTextEdit, change: Callable[[Sequence[str]], list[str]]) -> None:
    """Put other lines in the place of those of the selection, and select them whole."""
    cursor, document = editor.textCursor(), editor.document()
    start, end = cursor.selectionStart(), cursor.selectionEnd()
    first, last = document.findBlock(start), document.findBlock(end)
    if last != first and last.position() == end:  # no letter of it is selected
        last = last.previous()
    lines = [document.findBlockByNumber(n).text() for n in range(first.blockNumber(), last.blockNumber() + 1)]
    changed = change(lines)
    if changed == lines:
        return
    edit = QTextCursor(first)
    edit.beginEditBlock()
    for number, (old, new) in enumerate(zip(lines, changed, strict=True), first.blockNumber()):
        _replace_line(edit, document.findBlockByNumber(number).position(), old, new)
    edit.endEditBlock()
    if not cursor.hasSelection():
        return  # it has moved with its letter
    last = document.findBlockByNumber(last.blockNumber())
    cursor.setPosition(first.position())
    cursor.setPosition(last.position() + last.length() - 1, _Keep)
    editor.setTextCursor(cursor)


def _replace_line(edit: QTextCursor, position: int, old: str, new: str) -> None:
    """Put a line in the place of another, touching only the part in which they differ."""
    start = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    same = 0
    while same < min(len(old), len(new)) - start and old[-1 - same] == new[-1 - same]:
        same += 1
    edit.setPosition(position + start)
    edit.setPosition(position + len(old) - same, _Keep)
    edit.insertText(new[start : len(new) - same])
