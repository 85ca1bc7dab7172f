"""An editor for each of the functions, one of which is shown: which texts are the student's, and which still stubs."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QStackedWidget, QWidget

from dae_core.lessons.code import FUNCTIONS
from dae_core.lessons.code.function import Function
from dae_gui.widgets.code_editor import TIP, CodeEditor
from dae_gui.widgets.controls.named import named


class Editors(QStackedWidget):
    """Holds the editors by the names of their functions.

    Signals
    -------
    edited(str, str)
        The user has another text for a function: its name, and the text, empty where it is the stub again.
    runRequested()
        The user wants the function that is shown to be checked.
    """

    edited = Signal(str, str)
    runRequested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editors: dict[str, CodeEditor] = {}
        self._is_shown_anew = False
        for name, function in FUNCTIONS.items():
            editor = named(CodeEditor(self), f"codeEditor_{name}", f"Code of {name}", f"{function.signature}\n{TIP}")
            _show_stub(editor, function)
            editor.edited.connect(partial(self._on_edited, name))
            editor.runRequested.connect(self.runRequested)
            self._editors[name] = editor
            self.addWidget(editor)

    def of(self, name: str) -> CodeEditor:
        """Return the editor of a function."""
        return self._editors[name]

    def texts(self) -> Mapping[str, str]:
        """Return the texts that are the student's; a stub is none."""
        return {name: e.text() for name, e in self._editors.items() if e.text() != FUNCTIONS[name].stub}

    def show_texts(self, texts: Mapping[str, str]) -> bool:
        """Show other texts, the stub where there is none; return whether any of them was not there."""
        is_other = False
        self._is_shown_anew = True
        for name, editor in self._editors.items():
            text = texts.get(name) or FUNCTIONS[name].stub
            if text == editor.text():
                continue
            if text == FUNCTIONS[name].stub:
                _show_stub(editor, FUNCTIONS[name])
            else:
                editor.set_text(text)
                is_other = True
        self._is_shown_anew = False
        return is_other

    def _on_edited(self, name: str, text: str) -> None:
        if not self._is_shown_anew:
            self.edited.emit(name, "" if text == FUNCTIONS[name].stub else text)

    @Slot(str)
    def show_function(self, name: str) -> None:
        """Show the editor of a function."""
        self.setCurrentWidget(self._editors[name])

    def lead_to(self, widget: QWidget) -> None:
        """Have Ctrl+Tab lead from the code to a widget, while that can be used."""
        for editor in self._editors.values():
            editor.lead_to(widget)


def _show_stub(editor: CodeEditor, function: Function) -> None:
    """Show what stands there at first, with the cursor where the body is to be written: on its last line."""
    editor.set_text(function.stub)
    editor.go_to_line(function.stub.count("\n"))
