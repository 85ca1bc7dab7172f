"""Keeps PySide from reading the source of every module that is imported after it.

A module may ask PySide for other names of Qt's functions (``from __feature__ import snake_case``), and to see whether
one could, PySide searches the source of each for its own name: some hundred files at the start, and as many with numba,
which hold the interpreter lock and stay in memory. No module here asks.
"""

from __future__ import annotations

import sys

_MODULE, _SEARCH = (
    "shibokensupport.feature",
    "_mod_uses_pyside",
)  # private: where they are called otherwise, all is read


def keep_qt_names() -> None:
    """Take it that no module that is imported from now on asks for other names."""
    feature = sys.modules.get(_MODULE)
    if hasattr(feature, _SEARCH):
        setattr(feature, _SEARCH, lambda _module: False)
