"""What is seen of data sets outside of their own panel: the choice beside the settings, own drawings, and loading."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from dae_gui.data.commands import DataCommands
from dae_gui.data.own_digits import OwnDigits
from dae_gui.data.selection import DataSelection
from dae_gui.panels.denoise_panel import DenoisePanel
from dae_gui.panels.training_panel import TrainingPanel
from dae_gui.window.messages import Cause, Messages
from dae_gui.window.status_bar import StatusBar


class DataPresenter(QObject):
    """Connects the choice of data with the panels of the training and of the denoising, and tells of loading.

    Parameters
    ----------
    selection, commands, own
        The data set that is chosen, what asks for one, and the user's own digits.
    training, denoise
        The panels.
    status, messages
        Where loading is told.
    """

    def __init__(
        self,
        selection: DataSelection,
        commands: DataCommands,
        own: OwnDigits,
        training: TrainingPanel,
        denoise: DenoisePanel,
        status: StatusBar,
        messages: Messages,
    ) -> None:
        super().__init__(messages)
        self._training, self._status, self._messages = training, status, messages
        training.datasetChosen.connect(commands.open)
        training.openRequested.connect(commands.open_folder)
        selection.choicesChanged.connect(training.set_datasets)
        selection.loading.connect(self._on_loading)
        selection.failed.connect(status.show_run)
        selection.cancelled.connect(status.show_run)
        denoise.drawingKept.connect(own.keep)
        denoise.takeBackRequested.connect(own.take_back)
        own.undoAvailable.connect(denoise.set_take_back_available)
        own.changed.connect(selection.refresh_choices)

    @Slot()
    def _on_loading(self) -> None:
        if self._training.workbench.data is not None:  # else the bundled digits are loaded in the place of what failed
            self._messages.end(Cause.DATA)
        self._status.set_busy("Loading data …")
