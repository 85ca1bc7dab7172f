"""What menus and file dialogs call a format: it follows from the format's row in the core."""

from __future__ import annotations

from dae_core.exporting.files import Format
from dae_gui.support.file_dialogs import FileKind

PURPOSE = "exports"
FOLDER = FileKind("Export everything into a new folder in …", PURPOSE)
EXISTING_FOLDER = FileKind("Export into a folder", PURPOSE)


def action_name(row: Format) -> str:
    """Return the object name of the menu entry: "history-npz" has exportHistoryNpzAction."""
    return f"export{row.key.title().replace('-', '')}Action"


def file_kind(row: Format) -> FileKind:
    """Return what a dialog asks for."""
    title = f"Export: {row.label.replace('&', '')}"
    return FileKind(title, PURPOSE, f"{row.kind} (*{row.suffix})", (row.suffix,))
