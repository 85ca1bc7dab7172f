"""Light or dark: follows the user's choice, or the desktop."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction, QActionGroup, QGuiApplication
from PySide6.QtWidgets import QApplication

from dae_gui.support import theme
from dae_gui.support.settings import Settings
from dae_gui.support.theme import ThemeChoice


class Appearance(QObject):
    """Keeps the application's palette at the chosen theme; the choice is remembered in the settings.

    Parameters
    ----------
    actions
        One checkable action for each choice.
    """

    def __init__(self, settings: Settings, actions: dict[ThemeChoice, QAction], parent: QObject) -> None:
        super().__init__(parent)
        self._settings = settings
        self._group = QActionGroup(self)
        for choice, action in actions.items():
            action.setData(choice.value)
            action.setChecked(choice is settings.theme)
            self._group.addAction(action)
        self._group.triggered.connect(self._on_choice_triggered)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._on_system_scheme_changed)

    def apply(self) -> None:
        """Give the application the palette of the choice."""
        application = QApplication.instance()
        if isinstance(application, QApplication):
            theme.apply_theme(application, theme.chosen_theme(self._settings.theme))

    @Slot(QAction)
    def _on_choice_triggered(self, action: QAction) -> None:
        self._settings.theme = ThemeChoice(action.data())
        self.apply()

    @Slot()
    def _on_system_scheme_changed(self) -> None:
        if self._settings.theme is ThemeChoice.SYSTEM:
            self.apply()
