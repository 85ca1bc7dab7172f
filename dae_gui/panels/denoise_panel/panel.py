"""The denoise dock's content: one digit and the exercise's ten, cleaned by the weights of this moment."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from dae_core.datasets import Dataset
from dae_core.evaluation.denoising import NoisyDigit, add_noise, denoise, denoise_rows
from dae_core.model.autoencoder import AutoEncoder
from dae_core.model.corruption import Corruption
from dae_core.training.config import TrainingConfig
from dae_gui.panels.denoise_panel.arrangement import Arrangement
from dae_gui.panels.denoise_panel.digit_source import DigitSource, invitation
from dae_gui.panels.denoise_panel.results import Results
from dae_gui.support.debounce import Debounce
from dae_gui.support.undo import UndoHistory
from dae_gui.workbench.facts import OpenData
from dae_gui.workbench.workbench import Workbench

_STAND_IN = "These digits stand in for the run’s own data set, which is missing."


class DenoisePanel(QWidget):
    """Draw or pick a digit; see it spoilt and cleaned, live.

    It computes only while it is visible, at most once in a turn of the event loop, and catches up when it is shown.
    The models that it is given are only read.

    Parameters
    ----------
    workbench
        Whose data set, settings and weights are used; the digit that is shown is put there.
    """

    drawingKept = Signal(object, object)
    """The user wants to keep a drawing: uint8 (h, w) as the network sees it, and its label or None."""
    takeBackRequested = Signal()
    """The user wants to take back the drawing that was kept last."""

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("denoisePanel")
        self.workbench = workbench
        self._dataset: Dataset | None = None
        self._model: AutoEncoder | None = None
        self._noise_seed = 0
        self._digit_is_stale = self._rows_are_stale = True
        self._timer = Debounce(0, self._recompute, self)

        self.source = DigitSource(self)
        self.source.setObjectName("digitSource")
        self.results = Results(self)
        self.noise_bar, self.rows = self.results.noise_bar, self.results.rows
        self.pictures, self.samples = self.results.pictures, self.results.samples
        self._quality = self.results.quality
        self._arrangement = Arrangement(self, self.source, self.results)
        self._connect()
        self._show_nothing("Data is being loaded …")

    def _connect(self) -> None:
        self.source.imageChanged.connect(self._on_image_changed)
        self.source.digitPicked.connect(self.rows.mark)
        self.source.drawingKept.connect(self.drawingKept)
        self.source.draw_page.keep.takeBackRequested.connect(self.takeBackRequested)
        self.noise_bar.corruptionChanged.connect(self._refresh)
        self.noise_bar.newNoiseAsked.connect(self.new_noise)
        self.rows.digitsChanged.connect(self._on_digits_changed)
        self.rows.digitChosen.connect(self.source.pick)
        self.samples.chosen.connect(self.source.pick)
        self.workbench.dataChanged.connect(self._on_data_changed)
        self.workbench.configChanged.connect(self._on_config_changed)

    # -- what is shown -------------------------------------------------------------------------------------------

    @Slot(object)
    def _on_data_changed(self, data: OpenData) -> None:
        dataset = data.dataset
        self._dataset = dataset
        self._model = None
        self.pictures.set_error_level((dataset.white - dataset.black) / 2)
        self.source.set_dataset(dataset)
        text = f"{invitation(dataset)} on the canvas, or try a sample:"
        self.samples.show_samples(text, dataset, self.source.samples())
        self.rows.set_dataset(dataset)
        rows, columns = dataset.shape
        self._arrangement.set_aspect(rows / columns)
        self._refresh()

    def set_model(self, model: AutoEncoder | None) -> None:
        """Clean with these weights; a model of another size than the data set's images counts as none."""
        self._model = model
        self._refresh()

    @Slot(object)
    def _on_config_changed(self, config: TrainingConfig) -> None:
        self.set_corruption(config.corruption)

    def set_corruption(self, corruption: Corruption) -> None:
        """Take the training's noise, which is used here too unless the user has chosen another."""
        self.noise_bar.set_training_corruption(corruption)

    @Slot(bool)
    def set_take_back_available(self, available: bool) -> None:
        """Take whether a drawing that was kept can be taken back."""
        self.source.draw_page.keep.take_back.setEnabled(available)

    def use_history(self, history: UndoHistory) -> None:
        """Put what is drawn and picked into a history of steps that the whole window shares."""
        self.source.draw_page.use_history(history)

    def select_class(self, label: int | None) -> None:
        """Pick a random held-out digit of a class, and go on picking from it; None: from all classes."""
        self.source.select_class(label)

    @Slot()
    def new_noise(self) -> None:
        """Draw other random numbers for all noise shown here."""
        self._noise_seed += 1
        self._refresh()

    # -- computing -----------------------------------------------------------------------------------------------

    @Slot()
    def _refresh(self) -> None:
        """Compute everything anew soon."""
        self._rows_are_stale = True
        self._on_image_changed()

    @Slot()
    def _on_image_changed(self) -> None:
        self._digit_is_stale = True
        image = self.source.image()
        digit = None if image is None else NoisyDigit(image, self.noise_bar.corruption(), self._noise_seed)
        self.workbench.set_digit(digit)
        self._schedule()

    @Slot()
    def _on_digits_changed(self) -> None:
        self._rows_are_stale = True
        self._schedule()

    def _schedule(self) -> None:
        if self.isVisible():
            self._timer.start_unless_active()

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened while hidden."""
        super().showEvent(event)
        if self._digit_is_stale or self._rows_are_stale:
            self._recompute()

    @Slot()
    def _recompute(self) -> None:
        dataset, model = self._dataset, self._model
        if dataset is None or not self.isVisible():
            return
        if model is not None and model.n_inputs != dataset.n_inputs:
            model = None
        if self._digit_is_stale:
            self._digit_is_stale = False
            self._show_digit(dataset, model)
        if self._rows_are_stale:
            self._rows_are_stale = False
            self._show_rows(dataset, model)

    def _show_digit(self, dataset: Dataset, model: AutoEncoder | None) -> None:
        image = self.source.image()
        if image is None:
            self._show_nothing("")
            self.results.show_samples(True)
            return
        self.results.show_samples(False)
        if model is None:
            _, noisy = add_noise(dataset, image, self.noise_bar.corruption(), self._noise_seed)
            self.pictures.show_without_model(image, dataset.to_pixels(noisy))
            self._quality.show_message("The reconstruction appears with the first weights.")
            return
        result = denoise(model, dataset, image, self.noise_bar.corruption(), self._noise_seed)
        self.pictures.show_result(image, result)
        if dataset.is_stand_in and self.source.drawing() is None:
            self._quality.show_message(_STAND_IN)
        else:
            self._quality.show_quality(result.before, result.after)

    def _show_nothing(self, message: str) -> None:
        self.pictures.clear()
        self._quality.show_message(message)

    def _show_rows(self, dataset: Dataset, model: AutoEncoder | None) -> None:
        images = self.rows.images()
        if model is None or images is None:
            self.rows.clear()
        else:
            self.rows.show_rows(*denoise_rows(model, dataset, images, self.noise_bar.corruption(), self._noise_seed))

    # -- room ----------------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        """Return the room that the dock has in a window of 1440 x 900."""
        return QSize(770, 330)
