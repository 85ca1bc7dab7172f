"""The preview that asks how pictures are made equal, and shows the result as it will be."""

from dae_gui.data.import_dialog.dialog import ImportDialog

__all__ = ["ImportDialog"]
