"""The editor itself: a text with numbered lines, colours, brackets that are matched, and the keys of code."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import QEvent, QKeyCombination, QMimeData, QRect, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFont,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QResizeEvent,
    QTextCursor,
    QTextFormat,
    QWheelEvent,
)
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from dae_gui.support.accessible import announce
from dae_gui.support.code_font import code_font
from dae_gui.support.plain_text import show_tip
from dae_gui.support.theme import current_theme
from dae_gui.widgets.code_editor import editing
from dae_gui.widgets.code_editor.brackets import partner
from dae_gui.widgets.code_editor.highlighter import Highlighter
from dae_gui.widgets.code_editor.indentation import WIDTH
from dae_gui.widgets.code_editor.line_margin import LineMargin
from dae_gui.widgets.code_editor.units import in_units

TIP = (
    "Tab and Shift+Tab indent. Ctrl+Tab leaves the editor, as does Tab after Esc. "
    "Ctrl+M makes comments of the selected lines."
)
"""What the tooltip of an editor says of its keys."""

_LEAST_COLUMNS, _LEAST_LINES = 24, 4


class CodeEditor(QPlainTextEdit):
    """Edits Python, with an undo of its own.

    Parameters
    ----------
    parent
        The widget that it is in.

    Signals
    -------
    runRequested()
        Ctrl+Enter was pressed.
    edited(str)
        The text is another one, by whatever hand.
    """

    runRequested = Signal()
    edited = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mark: QTextCursor | None = None
        self._mark_text = ""
        self._text = ""
        self._following: QWidget | None = None
        self._keys: dict[str, Callable[[], object]] = {
            key: act
            for keys, act in (
                (("Ctrl+Return", "Ctrl+Enter"), self.runRequested.emit),
                (("Return", "Enter", "Shift+Return", "Shift+Enter"), lambda: editing.begin_line(self)),
                (("Tab",), lambda: editing.indent(self)),
                (("Shift+Tab",), lambda: editing.outdent(self)),
                (("Ctrl+Tab",), lambda: self.leave(is_forward=True)),
                (("Ctrl+Shift+Tab",), lambda: self.leave(is_forward=False)),
                (("Ctrl+M",), lambda: editing.toggle_comment(self)),
                (("Ctrl+Y",), self.redo),
                (("Home",), lambda: editing.go_home(self, select=False)),
                (("Shift+Home",), lambda: editing.go_home(self, select=True)),
                (("Esc",), lambda: self.setTabChangesFocus(True)),
            )
            for key in keys
        }
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setCenterOnScroll(False)
        self._margin = LineMargin(self)
        self._highlighter = Highlighter(self.document(), current_theme(self.palette()))
        self.blockCountChanged.connect(self._fit_margin)
        self.updateRequest.connect(self._on_update_requested)
        self.cursorPositionChanged.connect(self._show_places)
        self.textChanged.connect(self._on_text_changed)
        self._set_font()

    # The text

    def text(self) -> str:
        """Return the text."""
        return self.toPlainText()

    def set_text(self, text: str) -> None:
        """Show another text, as when it is opened: there is nothing to undo."""
        self.clear_mark()
        self.setPlainText(text)

    def write_over(self, text: str) -> None:
        """Put another text in the place of the present one, which can be undone."""
        self.clear_mark()
        cursor = self.textCursor()
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.insertText(text)
        cursor.movePosition(QTextCursor.MoveOperation.Start)
        self.setTextCursor(cursor)

    # The line that is wrong

    def mark_line(self, line: int, text: str) -> None:
        """Mark a line, counted from 1, with a sentence about it; the mark moves with its line."""
        block = self.document().findBlockByNumber(min(max(line, 1), self.blockCount()) - 1)
        self._mark, self._mark_text = QTextCursor(block), text
        if not self._is_in_sight(line):
            self.go_to_line(line)
        self._show_places()
        announce(self, f"Line {line}: {text}")

    def clear_mark(self) -> None:
        """Mark no line any more."""
        self._mark, self._mark_text = None, ""
        self._show_places()

    def marked_line(self) -> int | None:
        """Return the line that is marked, counted from 1; None where there is none."""
        return None if self._mark is None else self._mark.blockNumber() + 1

    def mark_text(self) -> str:
        """Return the sentence about the marked line; empty where there is none."""
        return self._mark_text

    def go_to_line(self, line: int) -> None:
        """Put the cursor on the first letter of a line, counted from 1."""
        cursor = QTextCursor(self.document().findBlockByNumber(min(max(line, 1), self.blockCount()) - 1))
        self.setTextCursor(cursor)
        editing.go_home(self, select=False)
        self.ensureCursorVisible()

    # The keyboard

    def event(self, event: QEvent) -> bool:
        """Keep keys that are the window's elsewhere."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            key = _key(event)
            if key in self._keys and event.key() != Qt.Key.Key_Escape:  # with which the window leaves its modes
                event.accept()
                return True
        return super().event(event)

    def viewportEvent(self, event: QEvent) -> bool:
        """Show no tooltip over what is being read, but on the line that is wrong."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            line = self.cursorForPosition(event.pos()).blockNumber() + 1
            show_tip(event.globalPos(), self._mark_text if line == self.marked_line() else "", self)
            return True
        return super().viewportEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Do what the keys of code do, and leave the others to Qt."""
        act = self._keys.get(_key(event))
        if event.key() != Qt.Key.Key_Escape:
            self.setTabChangesFocus(False)
        if act is not None:
            act()
        elif _key(event) != "Backspace" or not editing.delete_level(self):
            super().keyPressEvent(event)

    def lead_to(self, widget: QWidget) -> None:
        """Have Ctrl+Tab lead to a widget, while that can be used, and not to what stands behind the editor."""
        self._following = widget

    def leave(self, *, is_forward: bool) -> None:
        """Give the focus to what comes next, or before."""
        following = self._following
        if is_forward and following is not None and following.isVisible() and following.isEnabled():
            following.setFocus(Qt.FocusReason.TabFocusReason)
            return
        self.setTabChangesFocus(True)
        self.focusNextPrevChild(is_forward)
        self.setTabChangesFocus(False)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Have Tab indent when the focus comes back."""
        self.setTabChangesFocus(False)
        super().focusOutEvent(event)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Paste text alone, with spaces in the place of tabs."""
        self.textCursor().insertText(source.text().expandtabs(WIDTH))
        self.ensureCursorVisible()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll; with Ctrl held, leave it to the window, which zooms."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()
        else:
            super().wheelEvent(event)

    # What is shown

    def visible_lines(self) -> Iterator[tuple[int, float, float]]:
        """Yield of each line that is to be seen its number, from 1, and its top and height in pixels."""
        block, bottom = self.firstVisibleBlock(), self.viewport().height()
        while block.isValid():
            place = self.blockBoundingGeometry(block).translated(self.contentOffset())
            if place.top() > bottom:
                return
            yield block.blockNumber() + 1, place.top(), place.height()
            block = block.next()

    def _is_in_sight(self, line: int) -> bool:
        bottom = self.viewport().height()
        return any(line == number and 0 <= top <= bottom - height for number, top, height in self.visible_lines())

    @Slot()
    def _on_text_changed(self) -> None:
        text = self.text()
        if text != self._text:  # Qt also tells of letters that only have another colour
            self._text = text
            self.edited.emit(text)

    @Slot()
    def _show_places(self) -> None:
        """Show the line with the cursor, the one that is wrong, and the brackets beside the cursor."""
        theme, cursor = current_theme(self.palette()), self.textCursor()
        marked = self._mark is not None and self._mark.blockNumber() == cursor.blockNumber()
        shown = [] if marked else [_whole_line(cursor, QColor(theme.hover))]
        if self._mark is not None:
            shown.append(_whole_line(self._mark, QColor(theme.warning_background)))
        found = partner(in_units(self.text()), cursor.position())
        if found is not None:
            at, other = found
            places = (at,) if other is None else (at, other)
            color = QColor(theme.warning_background if other is None else theme.selection)
            shown.extend(self._one_letter(place, color) for place in places)
        self.setExtraSelections(shown)
        self._margin.update()

    def _one_letter(self, place: int, color: QColor) -> QTextEdit.ExtraSelection:
        cursor = QTextCursor(self.document())
        cursor.setPosition(place)
        cursor.movePosition(QTextCursor.MoveOperation.NextCharacter, QTextCursor.MoveMode.KeepAnchor)
        shown = QTextEdit.ExtraSelection()
        shown.cursor = cursor
        shown.format.setBackground(color)
        shown.format.setFontWeight(QFont.Weight.Bold)
        return shown

    def changeEvent(self, event: QEvent) -> None:
        """Follow theme and zoom."""
        super().changeEvent(event)
        if not hasattr(self, "_highlighter"):
            return
        if event.type() == QEvent.Type.ApplicationFontChange:
            self._set_font()
        elif event.type() == QEvent.Type.PaletteChange:
            self._highlighter.set_theme(current_theme(self.palette()))
            self._show_places()
        elif event.type() == QEvent.Type.FontChange:
            self._fit_margin()

    def _set_font(self) -> None:
        self.setFont(code_font(self.window().font().pointSizeF()))
        letter = self.fontMetrics().horizontalAdvance("0")
        self.setTabStopDistance(WIDTH * letter)
        self.setMinimumSize(_LEAST_COLUMNS * letter, _LEAST_LINES * self.fontMetrics().lineSpacing())
        self._fit_margin()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the margin as high as the text, and the cursor in sight; until an edit with what has room above it."""
        super().resizeEvent(event)
        self._fit_margin()
        if not self.document().isModified():
            self.verticalScrollBar().setValue(0)
        self.ensureCursorVisible()

    @Slot()
    def _fit_margin(self) -> None:
        width = self._margin.sizeHint().width()
        self.setViewportMargins(width, 0, 0, 0)
        inside = self.contentsRect()
        self._margin.setGeometry(QRect(inside.left(), inside.top(), width, self.viewport().height()))

    @Slot(QRect, int)
    def _on_update_requested(self, _area: QRect, _scrolled: int) -> None:
        self._margin.update()


def _key(event: QKeyEvent) -> str:
    """Return a key with its modifiers in Qt's words, whichever of two like keys it is."""
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    key = Qt.Key.Key_Tab if event.key() == Qt.Key.Key_Backtab else Qt.Key(event.key())
    shift = Qt.KeyboardModifier.ShiftModifier if event.key() == Qt.Key.Key_Backtab else Qt.KeyboardModifier.NoModifier
    return QKeySequence(QKeyCombination(modifiers | shift, key)).toString(QKeySequence.SequenceFormat.PortableText)


def _whole_line(cursor: QTextCursor, color: QColor) -> QTextEdit.ExtraSelection:
    place = QTextCursor(cursor)
    place.clearSelection()
    shown = QTextEdit.ExtraSelection()
    shown.cursor = place
    shown.format.setBackground(color)
    shown.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
    return shown
