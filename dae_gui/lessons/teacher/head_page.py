"""The head of a lesson: what it is called, with which settings it begins, what it locks and hides."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from dae_core.lessons.names import DATA_NAMES, LOCKS
from dae_core.training.settings import SETTINGS
from dae_gui.lessons.teacher.draft import Draft
from dae_gui.lessons.teacher.fields import HEAD
from dae_gui.lessons.teacher.form import Form
from dae_gui.lessons.teacher.ticks import Ticks
from dae_gui.support.plain_text import PlainLabel
from dae_gui.widgets.controls.layouts import hbox, vbox
from dae_gui.widgets.controls.named import push_button, text_label

_TAKE_TIP = "Make what is set in the window now the lesson's settings"
_HIDDEN_TIP = "These docks are put away while the lesson is open"


class HeadPage(QWidget):
    """Shows a draft's head.

    Signals
    -------
    ticked(str, tuple of str)
        The name of a field of the draft, and what is ticked there now.
    settingsWanted()
        The present settings are to be taken.
    """

    ticked = Signal(str, object)
    settingsWanted = Signal()

    def __init__(self, draft: Draft, docks: Mapping[str, str], parent: QWidget) -> None:
        super().__init__(parent)
        self.form = Form(HEAD, draft.head, self)
        self._settings = text_label("lessonSettingsLabel", "The lesson's settings", self)
        take = push_button("takeSettingsButton", "&Take the present settings again", _TAKE_TIP, self)
        take.clicked.connect(self.settingsWanted)
        locks = {name: f"{text[:1].upper()}{text[1:]}" for name, text in LOCKS.items()}
        lists = (
            ("data", "Data sets that it is meant for; none: any", "", {name: name for name in DATA_NAMES}, draft.data),
            ("locked", "What stays as it is", "The student cannot change these", locks, draft.locked),
            ("hidden", "Docks that are hidden", _HIDDEN_TIP, docks, draft.hidden),
        )
        column = vbox(self.form, PlainLabel("Settings", self), self._settings, hbox(take, 1), spacing=4)
        for name, title, tip, items, ticked in lists:
            ticks = Ticks(f"lesson-{name}", title, tip, items, ticked, self)
            ticks.ticked.connect(lambda chosen, name=name: self.ticked.emit(name, chosen))
            label = PlainLabel(title, self)
            label.setBuddy(ticks)
            column.addWidget(label)
            column.addWidget(ticks)
        column.addStretch(1)
        self.setLayout(column)
        self.show_settings(draft)

    def show_settings(self, draft: Draft) -> None:
        """Show the settings in words."""
        parts = [f"{SETTINGS[name].name} {SETTINGS[name].text(value)}" for name, value in draft.settings.items()]
        others = ", ".join(draft.data_settings)
        differ = f" On {others} some differ, as in the lesson that this began with." if others else ""
        self._settings.setText(f"{', '.join(parts) or 'those of the program'}.{differ}")
