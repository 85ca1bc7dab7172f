"""The training panel: what it shows, what the user does there, and what it announces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from dae_core.model.penalties import PENALTIES
from dae_core.training.config import TrainingConfig
from dae_core.training.settings import ConfigError
from dae_gui.panels.training_panel import words
from dae_gui.panels.training_panel.advanced import AdvancedSettings
from dae_gui.panels.training_panel.controls import make_combo, make_form, make_line
from dae_gui.panels.training_panel.fields import RunFields
from dae_gui.panels.training_panel.hint_line import HintLine
from dae_gui.panels.training_panel.locks import SettingsLocks
from dae_gui.panels.training_panel.model_settings import ModelSettings
from dae_gui.panels.training_panel.pace import PACES, PaceSlider
from dae_gui.panels.training_panel.preset_choice import PresetChoice
from dae_gui.panels.training_panel.settings_area import SettingsArea
from dae_gui.panels.training_panel.steps import SettingsStep
from dae_gui.support.icons import icon
from dae_gui.support.plain_text import plain_tip
from dae_gui.support.undo import UndoHistory
from dae_gui.widgets.controls.field_note import show_field_note
from dae_gui.widgets.controls.named import named
from dae_gui.widgets.controls.typing_undo import TypingUndo
from dae_gui.workbench.state import State
from dae_gui.workbench.workbench import Workbench

__all__ = ["PACES", "TrainingPanel"]


class TrainingPanel(QWidget):
    """All settings of a run.

    Signals
    -------
    configChanged(TrainingConfig)
        The user changed a setting, undid a change, or redid it.
    learningRateChanged(float), noiseLevelChanged(float)
        One of those that may change while a run goes on.
    strengthChanged(str, float)
        Likewise: the strength of a penalty, by its name.
    paceChanged(object)
        Iterations a second as a number, or None for as fast as it goes.
    datasetChosen(str)
        A source for ``open_dataset``.
    openRequested()
        The user wants to choose a folder of data.
    """

    configChanged = Signal(object)
    learningRateChanged = Signal(float)
    noiseLevelChanged = Signal(float)
    strengthChanged = Signal(str, float)
    paceChanged = Signal(object)
    datasetChosen = Signal(str)
    openRequested = Signal()

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("trainingPanel")
        self.workbench = workbench
        self._history: UndoHistory | None = None
        self._make_controls()
        self._connect()
        self._locked_while_active: Sequence[QWidget] = (
            self._dataset,
            self._open,
            self._preset.box,
            *self._fields.locked,
            *self._model.controls(),
            *self._advanced.controls(),
        )
        self._live = (*self._fields.live, *self._model.live())
        steering = (*self._live, *self._pace.controls())
        settings = (self._fields, self._model, self._advanced)
        fields = {name: boxes for group in settings for name, boxes in group.by_setting().items()}
        fields["data"] = (self._dataset, self._open)
        self._by_setting = fields
        self._locks = SettingsLocks(fields, self._locked_while_active, steering, self._preset.box)
        self._lay_out()
        self.set_config(TrainingConfig())
        self.refresh_icons()

    def _make_controls(self) -> None:
        self._dataset = make_combo(self, ("datasetComboBox", "Data set"), "The images to train on")
        tip = "Open a folder of IDX files, such as MNIST"
        self._open = named(QToolButton(self), "openDataButton", "Open a data folder", tip)
        self._preset = PresetChoice(self)
        self._fields = RunFields(self)
        self._model = ModelSettings(self)
        self._pace = PaceSlider(self)
        self._advanced = AdvancedSettings(self)

    def _connect(self) -> None:
        self._dataset.activated.connect(self._on_dataset_activated)
        self._open.clicked.connect(self.openRequested)
        self._preset.box.activated.connect(self._on_preset_activated)
        fields = self._fields
        for box in (fields.hidden, fields.iterations, fields.seed):
            box.valueChanged.connect(self._on_edited)
        fields.schedule.currentIndexChanged.connect(self._on_edited)
        fields.gradient.currentIndexChanged.connect(self._on_gradient_chosen)
        self._model.edited.connect(self._on_edited)
        self._model.strengthChanged.connect(self._on_strength_changed)
        self._advanced.edited.connect(self._on_advanced_edited)
        fields.corruption.currentIndexChanged.connect(self._on_corruption_chosen)
        fields.rate.valueChanged.connect(self._on_rate_changed)
        fields.level.valueChanged.connect(self._on_level_changed)
        self._pace.paceChanged.connect(self.paceChanged)
        self.workbench.stateChanged.connect(self._refresh_locks)

    # What the window hands in

    def set_datasets(self, entries: Sequence[tuple[str, str]], current: str) -> None:
        """Offer data sets, as pairs (text, source), and show which is the current one."""
        with QSignalBlocker(self._dataset):
            self._dataset.clear()
            for text, source in entries:
                self._dataset.addItem(text, source)
                self._dataset.setItemData(self._dataset.count() - 1, plain_tip(source), Qt.ItemDataRole.ToolTipRole)
            self._dataset.setCurrentIndex(self._dataset.findData(current))

    def set_config(self, config: TrainingConfig) -> None:
        """Show these settings, without emitting anything; not a step that can be taken back."""
        self._fields.show_config(config)
        self._model.show_config(config)
        self._advanced.show_config(config)
        self._shown = self.config()
        self._show_what_it_means()

    def config(self) -> TrainingConfig:
        """Return the settings that are shown."""
        return TrainingConfig(**self._values())

    def _values(self) -> dict[str, Any]:
        return {**self._fields.values(), **self._model.values(), **self._advanced.values()}

    def choose_preset(self, name: str) -> None:
        """Set the settings of a preset as if the user had chosen it; the seed stays, and a run under way."""
        if not self.is_locked():
            self._preset.box.setCurrentText(name)
            self._on_preset_activated(self._preset.box.currentIndex())

    def set_learning_rate(self, rate: float) -> None:
        """Set the learning rate as if the user had typed it; the field's range holds."""
        self._fields.rate.setValue(rate)

    def controls_of(self, name: str) -> Sequence[QWidget]:
        """Return what the user operates to change a setting, by its name in `TrainingConfig`."""
        return tuple(self._by_setting[name])

    @property
    def rate_hint(self) -> HintLine:
        """The line below the learning rate."""
        return self._fields.rate_hint

    @property
    def time_hint(self) -> HintLine:
        """The line below the number of iterations."""
        return self._fields.time_hint

    def pace(self) -> float | None:
        """Return the chosen iterations a second; None is as fast as it goes."""
        return self._pace.pace()

    def fix(self, reasons: Mapping[str, str]) -> None:
        """Keep some settings from being changed by the user, and set all others free.

        Parameters
        ----------
        reasons
            Why not, as a short clause, by the names of the fields of `TrainingConfig`; "data" is the choice of images,
            "steering" what may else be changed while a run goes on.
        """
        self._locks.fix(reasons)
        self._refresh_locks()

    @Slot(State)
    def _refresh_locks(self) -> None:
        """Lock what defines a run while it goes on, and what is fixed at all times, and say why."""
        self._locks.refresh(is_active=self.is_locked())

    def refresh_icons(self) -> None:
        """Draw icons anew in the colours of the present theme."""
        self._open.setIcon(icon("open"))
        self._model.refresh_icons()
        self._advanced.refresh_icons()

    # Taking back and doing again

    def use_history(self, history: UndoHistory) -> None:
        """Make every change of a setting a step of this history. The data set and the pace are none."""
        self._history = history
        typing = TypingUndo(self)
        typing.left.connect(history.seal)
        for field in (*self._locked_while_active, *self._live):
            typing.watch(field)

    def is_locked(self) -> bool:
        """Whether a run is under way, so that what defines it cannot be changed."""
        return self.workbench.state.is_active

    def change_to(self, config: TrainingConfig) -> None:
        """Take these settings and announce them, as if the user had made them, but not as a step."""
        before = self.config()
        self.set_config(config)
        self.configChanged.emit(config)
        if config.learning_rate != before.learning_rate:
            self.learningRateChanged.emit(config.learning_rate)
        if config.corruption != before.corruption and config.corruption.kind == before.corruption.kind:
            self.noiseLevelChanged.emit(config.corruption.level)
        for name in PENALTIES:
            if getattr(config, name) != getattr(before, name):
                self.strengthChanged.emit(name, getattr(config, name))

    def set_as_step(self, config: TrainingConfig, name: str) -> None:
        """Take these settings and announce them, as one step of this name."""
        before = self.config()
        self.change_to(config)
        if self._history is not None and before != self._shown:
            self._history.add(SettingsStep(self, before, self._shown, name))

    def _record(self, preset: str = "") -> None:
        before, self._shown = self._shown, self.config()
        if self._history is not None and before != self._shown:
            self._history.add(SettingsStep(self, before, self._shown, f"preset {preset}" if preset else ""))

    # What the user does

    @Slot(int)
    def _on_dataset_activated(self, index: int) -> None:
        self.datasetChosen.emit(self._dataset.itemData(index))

    @Slot(int)
    def _on_preset_activated(self, index: int) -> None:
        preset = self._preset.preset_at(index)
        if preset is None:
            self._preset.show_config(self.config())
            return
        before = self._shown
        self.set_config(preset.config.replace(seed=self.config().seed))
        self._shown = before
        self._record(preset.name)
        self.configChanged.emit(self.config())

    @Slot()
    def _on_edited(self) -> bool:
        """Take over what was changed; a choice that does not go with the others is put back, and it is said why."""
        try:
            config = self.config()
        except ConfigError as error:
            self._refuse(str(error))
            return False
        note = words.level_note(self._shown, config, self._pixel_scale())
        self._record()
        self._show_what_it_means()
        self.configChanged.emit(config)
        if note:
            show_field_note(self._by_setting["loss"][0], note)
        return True

    def _pixel_scale(self) -> float | None:
        data = self.workbench.data
        return None if data is None else data.scaled_for(TrainingConfig()).dataset.pixel_scale

    def _show_what_it_means(self) -> None:
        """Show the preset that the settings are, and the unit of the noise."""
        config = self._shown
        self._preset.show_config(config)
        self._fields.show_units(config)
        self._locks.set_tip(self._fields.level, words.level_tip(config))
        self._refresh_locks()

    def _refuse(self, reason: str) -> None:
        shown, values = self._shown, self._values()
        changed = [name for name, boxes in self._by_setting.items() if boxes and name in values]
        changed = [name for name in changed if values[name] != getattr(shown, name)]
        self.set_config(shown)
        boxes = [box for name in changed for box in self._by_setting[name]]
        field = next((box for box in boxes if box.hasFocus()), boxes[0])
        show_field_note(field, f"Not taken. {reason}")

    @Slot(int)
    def _on_gradient_chosen(self, _index: int) -> None:
        if self._fields.has_own_code:
            self._advanced.show_plain()
        self._on_edited()

    @Slot()
    def _on_advanced_edited(self) -> None:
        if not self._advanced.is_plain():
            self._fields.leave_own_code()
        self._on_edited()

    @Slot(int)
    def _on_corruption_chosen(self, _index: int) -> None:
        self._fields.show_usual_level()
        self._on_edited()

    @Slot(float)
    def _on_rate_changed(self, rate: float) -> None:
        self._on_edited()
        self.learningRateChanged.emit(rate)

    @Slot(str)
    def _on_strength_changed(self, name: str) -> None:
        if self._on_edited():
            self.strengthChanged.emit(name, getattr(self._shown, name))

    @Slot(float)
    def _on_level_changed(self, level: float) -> None:
        self._on_edited()
        self.noiseLevelChanged.emit(level)

    # Drawing

    def _lay_out(self) -> None:
        data = QHBoxLayout()
        data.addWidget(self._dataset, 1)
        data.addWidget(self._open)
        form = make_form()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        form.addRow("Data set", data)
        form.addRow(make_line(self))
        self._preset.add_to(form)
        self._fields.add_to(form, self._model)
        form.addRow("Pace", self._pace)

        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(SettingsArea(form, self._advanced, self), 1)
