"""The toolbar with all buttons of the run: one place for them, whichever docks are seen."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow, QToolBar, QWidget

from dae_gui.widgets.controls.action_button import ActionButton
from dae_gui.widgets.controls.layouts import gap, hbox
from dae_gui.workbench.state import State

QUIET = ("stepAction", "stopAction", "resetAction")


class RunBar(QToolBar):
    """Start, which is Pause while a run goes on, then step, stop, reset and continue.

    One of them is filled in the accent colour, the step that comes next: to start, pause or resume; and to continue
    where a run was stopped whose settings are still those that are shown.

    Parameters
    ----------
    window, actions
        Whose bar it is, and the window's actions by name.
    """

    def __init__(self, window: QMainWindow, actions: dict[str, QAction]) -> None:
        super().__init__("Training toolbar", window)
        self.setObjectName("trainingToolBar")
        self.toggleViewAction().setText("Training tool&bar")
        self.setMovable(False)
        self._start, self._pause = actions["startAction"], actions["pauseAction"]
        row = QWidget(self)
        texts = ("Start", "Pause", "Resume")
        self._main = ActionButton("startButton", self._start, row, texts)
        quiet = [ActionButton(_button_name(name), actions[name], row) for name in QUIET]
        self._continue = ActionButton("continueButton", actions["continueAction"], row)
        row.setLayout(hbox(self._main, gap(4), *quiet, gap(4), self._continue, 1, spacing=2, margins=(4, 2, 4, 2)))
        self._row = row
        self.addWidget(row)
        self._main.set_primary(True)

    def show_state(self, state: State, *, is_to_continue: bool) -> None:
        """Offer what comes next.

        Parameters
        ----------
        state
            What the run is doing.
        is_to_continue
            Whether it was stopped, and is to be trained on with the settings that are shown.
        """
        self._main.set_action(self._pause if state is State.RUNNING else self._start)
        self._continue.set_primary(is_to_continue)
        self._main.set_primary(not is_to_continue)
        self._continue.setVisible(self._continue.isEnabled())

    def focusNextPrevChild(self, is_next: bool) -> bool:
        """Go to the next button; if the present one can no longer be pressed, to the row, where no key does harm."""
        focused = self.focusWidget()
        if focused is not None and not (focused.isEnabled() and focused.isVisible()):
            self._row.setFocus()
            return True
        return super().focusNextPrevChild(is_next)


def _button_name(action: str) -> str:
    return action.replace("Action", "Button")
