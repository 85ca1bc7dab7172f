"""An editor for short Python programs."""

from dae_gui.widgets.code_editor.editor import CodeEditor

__all__ = ["CodeEditor"]
