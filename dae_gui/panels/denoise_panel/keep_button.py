"""The button that keeps a drawing: asks what it is, and takes the last one back."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from dae_gui.widgets.controls.icon_button import IconButton
from dae_gui.widgets.controls.named import named

_NO_LABEL = -1


class KeepButton(IconButton):
    """Opens a menu of the labels 0 to 9, none, and taking back."""

    labelChosen = Signal(object)
    """Keep the drawing: what it is, 0 to 9, or None."""
    takeBackRequested = Signal()
    """Take back the drawing that was kept last."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(
            "keepDrawingButton",
            "keep",
            "Keep this drawing…",
            "Keep this drawing in the data set “My digits”, to train on it or to judge the network by it (K)",
            parent,
        )
        self.menu_of_labels = named(QMenu(self), "keepDrawingMenu", "What the drawing is")
        self.menu_of_labels.addSection("Keep as")
        for label in range(10):
            self._add(f"&{label}", f"keepAs{label}Action", label)
        self._add("&No label", "keepUnlabelledAction", _NO_LABEL)
        self.menu_of_labels.addSeparator()
        self.take_back = QAction("&Take back the last one", self.menu_of_labels)
        self.take_back.setObjectName("takeBackDrawingAction")
        self.take_back.setEnabled(False)
        self.take_back.triggered.connect(self.takeBackRequested)
        self.menu_of_labels.addAction(self.take_back)
        self.menu_of_labels.triggered.connect(self._on_triggered)
        self.clicked.connect(self.open_menu)

    @Slot()
    def open_menu(self) -> None:
        """Show the menu below the button; returns at once."""
        self.menu_of_labels.popup(self.mapToGlobal(QPoint(0, self.height())))

    def set_drawing_available(self, available: bool) -> None:
        """Offer labels only where there is something to keep; taking back stays possible."""
        for action in self.menu_of_labels.actions():
            if action.data() is not None:
                action.setEnabled(available)

    def _add(self, text: str, name: str, label: int) -> None:
        action = QAction(text, self.menu_of_labels)
        action.setObjectName(name)
        action.setData(label)
        self.menu_of_labels.addAction(action)

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        if action.data() is not None:
            self.labelChosen.emit(None if action.data() == _NO_LABEL else int(action.data()))
