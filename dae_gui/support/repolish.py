"""Having the style sheet look at a widget anew, which it does by itself only when it first meets one."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget


def repolish(widget: QWidget) -> None:
    """Have the style sheet's rules on a widget's properties hold for what they are now.

    ``widget.style()`` is not asked to do it: PySide keeps what that returns after Qt has deleted the style, as it does
    when the theme or the zoom changes, and takes whatever comes to the same place in memory for it. The process ended.
    """
    widget.setStyleSheet(" ")
    widget.setStyleSheet("")
