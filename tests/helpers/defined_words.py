"""Finds words of the glossary that stand on a label without the glossary's sentence in its tooltip."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLabel, QTableView, QTreeView, QWidget

from dae_core.glossary import by_label
from dae_gui.support.plain_text import tip_text


def undefined(root: QWidget) -> list[str]:
    """Return the widgets and the heads of tables below a widget that show a word and say something else of it."""
    meanings = by_label()
    found = [(widget, text, tip) for widget in root.findChildren(QWidget) for text, tip in _told(widget)]
    return [
        f"{type(widget).__name__} {widget.objectName()}: {text!r} is told as {tip_text(tip)!r}"
        for widget, text, tip in found
        if " ".join(meanings.get(text, "").split()) not in " ".join(tip_text(tip).split())
    ]


def _told(widget: QWidget):
    """Yield each text that a widget shows with its tooltip; a label that names a field has the field's."""
    if isinstance(widget, QLabel):
        buddy = widget.buddy()
        yield widget.text(), widget.toolTip() or (buddy.toolTip() if buddy else "")
    elif isinstance(widget, QAbstractButton):
        yield widget.text().replace("&", ""), widget.toolTip()
    elif isinstance(widget, QTableView | QTreeView) and widget.model() is not None:
        for column in range(widget.model().columnCount()):
            head = [
                widget.model().headerData(column, Qt.Orientation.Horizontal, role)
                for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole)
            ]
            yield str(head[0] or "").partition("\n")[0], str(head[1] or "")
    yield widget.accessibleName(), widget.toolTip()
