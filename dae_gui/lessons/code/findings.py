"""What stands beside the code: the result of its check, what it printed, how its run compares, and the hints."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QScrollArea, QVBoxLayout, QWidget

from dae_core.lessons.code import FUNCTIONS, CheckResult
from dae_gui.lessons.code.hints import Hints
from dae_gui.lessons.code.quoting import quoted
from dae_gui.lessons.code.verdict import Verdict
from dae_gui.panels.gradient_table import GradientTable
from dae_gui.support.accessible import announce
from dae_gui.support.code_font import code_font
from dae_gui.support.plain_text import PlainLabel, plain_lines
from dae_gui.widgets.controls.job_line import JobLine
from dae_gui.widgets.controls.named import named, text_label

_SENTENCES = ". "  # the first stands above the table, the others below it
_LEFT, _RIGHT = 2, 6  # pixels
_OUTPUT_LINES = 6
_MOST_OUTPUT = 2_000  # characters


class Findings(QScrollArea):
    """Scrolls up and down; what there is nothing to say of takes no room.

    Signals
    -------
    lineRequested(int)
        The user wants to see this line of the code.
    """

    lineRequested = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        named(self, "codeFindings", "What was found, and hints", "The result of the check, what was printed, and hints")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # what is in it can have the focus, and is scrolled to then
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        content = self._content = QWidget(self)
        self.about = PlainLabel(parent=content)
        self.about.setObjectName("codeAboutLabel")
        self.about.setWordWrap(True)
        self.verdict = Verdict("codeVerdict", "Result of the check", content)
        self.verdict.lineRequested.connect(self.lineRequested)
        self.table = GradientTable(content, "codeGradientTable", is_brief=True)
        self.table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._more = text_label("codeMoreLabel", "More on the result", content)
        self._output_title = PlainLabel("Printed by your code", content)
        tip = "What your code printed while it was checked, its first 2,000 characters"
        self._output = named(QPlainTextEdit(content), "codeOutput", "Printed by your code", tip)
        self._output.setReadOnly(True)
        self._output.setTabChangesFocus(True)
        self._output_title.setBuddy(self._output)
        self.comparison = text_label("codeComparisonLabel", "Beside the built-in backward", content)
        tip = "Train once more with the built-in backward, from the same start on the same digits, and compare"
        self.comparing = JobLine("codeCompare", "Compare with the built-in one", tip, content)
        self.hints = Hints(content)
        self.hints.shown.connect(self._scroll_to)
        inside = QVBoxLayout(content)
        inside.setContentsMargins(_LEFT, 0, _RIGHT, 0)
        newest = self.about, self.comparison, self.comparing
        for part in (*newest, self.verdict, self.table, self._more, self._output_title, self._output, self.hints):
            inside.addWidget(part)
        inside.addStretch(1)
        self.setWidget(content)
        self.comparing.hide()
        self._fit()

    def show_function(self, name: str, result: CheckResult | None) -> None:
        """Show what is known of a function: what its last check has found, None where there was none."""
        function = FUNCTIONS[name]
        self.about.setText(f"{function.title}. Write the function, then check it: nothing runs before.")
        self.about.setVisible(result is None)
        self.hints.show_function(name)
        self.show_result(result)

    def show_result(self, result: CheckResult | None) -> None:
        """Show what a check has found; None while there was none."""
        self.about.setVisible(result is None)
        output = "" if result is None else plain_lines(result.output, _MOST_OUTPUT).rstrip()
        self._output.setPlainText(output)
        self._output.setVisible(bool(output))
        self._output_title.setVisible(bool(output))
        first, _, more = ("" if result is None else quoted(result.text)).partition(_SENTENCES)
        self._more.setText(more)
        self._more.setVisible(bool(more))
        self.table.setVisible(result is not None and bool(result.blocks))
        if result is None:
            self.verdict.show_text("", is_right=None)
            return
        self.verdict.show_text(first + "." * bool(more), is_right=result.ok, line=result.line)
        self.table.show_checks(result.blocks)
        self._fit()
        self.verticalScrollBar().setValue(0)
        announce(self, result.text)

    def show_note(self, text: str) -> None:
        """Show a sentence in the place of a result."""
        self.show_result(None)
        self.about.hide()
        self.verdict.show_text(text, is_right=None)

    def show_comparison(self, text: str) -> None:
        """Say how the run with the student's code compares with one without; empty while there is nothing to say."""
        self.comparison.setText(text)
        self.comparison.setVisible(bool(text))
        if text:
            self.verticalScrollBar().setValue(0)
            announce(self, text)

    @Slot(QWidget)
    def _scroll_to(self, part: QWidget) -> None:
        """Bring a part of what is shown to the top, with the line above it."""
        content = self._content
        height = max(content.heightForWidth(self.viewport().width()), self.viewport().height())
        content.resize(self.viewport().width(), height)  # now, and not with the next turn of the event loop
        layout = content.layout()
        if layout is not None:
            layout.activate()
        top = part.mapTo(content, QPoint(0, 0)).y() - 2 * self.fontMetrics().lineSpacing()
        self.verticalScrollBar().setValue(top)

    def _fit(self) -> None:
        """Make table and output as high as their lines."""
        header, rows = self.table.horizontalHeader(), self.table.verticalHeader()
        height = header.sizeHint().height() + rows.length() + 2 * self.table.frameWidth()
        self.table.setFixedHeight(height)
        columns = range(self.table.columnCount())
        widths = (max(self.table.sizeHintForColumn(column), header.sectionSizeHint(column)) for column in columns)
        beside = self.verticalScrollBar().sizeHint().width() + _RIGHT + _LEFT + 2 * self.table.frameWidth()
        self.setMinimumWidth(sum(widths) + beside if self.table.isVisibleTo(self) else 0)
        font = QFont(code_font(self.font().pointSizeF()))
        self._output.setFont(font)
        lines = min(self._output.blockCount(), _OUTPUT_LINES)
        self._output.setFixedHeight((lines + 1) * self._output.fontMetrics().lineSpacing() + 4)
