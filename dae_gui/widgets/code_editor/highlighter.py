"""Pygments' colours for Python, line by line: only lines whose beginning has changed are read again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pygments.lexer import ExtendedRegexLexer, LexerContext
from pygments.lexers.python import PythonLexer
from pygments.token import Comment, Error, Keyword, Name, Number, Operator, String
from PySide6.QtGui import QColor, QFont, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from dae_gui.support.theme import Theme
from dae_gui.widgets.code_editor.units import in_units

_ROOT = ("root",)
# The kinds that have a colour, by the name of the theme's: the first that a token belongs to. "*" is bold.
_COLORS: tuple[tuple[Any, str], ...] = (
    (Comment, "faint_text"),
    (String, "code_string"),
    (Number, "code_number"),
    (Keyword, "code_keyword*"),
    (Operator.Word, "code_keyword*"),
    (Name.Function, "code_name*"),
    (Name.Class, "code_name*"),
    (Name.Decorator, "code_name"),
    (Name.Builtin, "code_builtin"),
    (Name.Exception, "code_builtin"),
    (Error, "warning"),
)


class _LineLexer(ExtendedRegexLexer, PythonLexer):  # type: ignore[misc]  # Pygments has no types
    """Reads one line, beginning in the state in which the line before has ended."""

    def line(self, text: str, stack: tuple[str, ...]) -> tuple[list[tuple[int, Any, str]], tuple[str, ...]]:
        """Return the tokens of a line (place, kind, text), and the states in which the next line begins."""
        context = LexerContext(text + "\n", 0, stack=list(stack))
        found = list(self.get_tokens_unprocessed(context=context))
        return found, tuple(context.stack)


class Highlighter(QSyntaxHighlighter):
    """Colours a document in the colours of a theme.

    Qt asks for a line when it has changed, and for the next one when the state that a line ends in (in a string of
    several lines, in the middle of an import) has become another.
    """

    def __init__(self, document: QTextDocument, theme: Theme) -> None:
        super().__init__(document)
        self._lexer = _LineLexer()
        self._stacks: list[tuple[str, ...]] = [_ROOT]
        self._formats = _formats(theme)

    def set_theme(self, theme: Theme) -> None:
        """Use the colours of another theme."""
        self._formats = _formats(theme)
        self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        """Colour a line; for Qt."""
        before = self.previousBlockState()
        tokens, stack = self._lexer.line(in_units(text), self._stacks[before] if before >= 0 else _ROOT)
        for start, length, form in self._colored(tokens):
            self.setFormat(start, length, form)
        if stack not in self._stacks:
            self._stacks.append(stack)
        self.setCurrentBlockState(self._stacks.index(stack))

    def _colored(self, tokens: list[tuple[int, Any, str]]) -> Iterator[tuple[int, int, QTextCharFormat]]:
        for start, kind, text in tokens:
            form = next((form for parent, form in self._formats if kind in parent), None)
            if form is not None:
                yield start, len(text), form


def _formats(theme: Theme) -> list[tuple[Any, QTextCharFormat]]:
    made = []
    for kind, name in _COLORS:
        form = QTextCharFormat()
        form.setForeground(QColor(getattr(theme, name.rstrip("*"))))
        if name.endswith("*"):
            form.setFontWeight(QFont.Weight.DemiBold)
        made.append((kind, form))
    return made
