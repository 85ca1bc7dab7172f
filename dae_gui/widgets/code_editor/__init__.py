"""An editor for short Python programs."""

from dae_gui.widgets.code_editor.editor import TIP, CodeEditor

__all__ = ["TIP", "CodeEditor"]
