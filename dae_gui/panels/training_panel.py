"""The settings of a run, and the pace at which it goes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QSlider,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from dae_core import corruption as corruptions
from dae_core.config import DECODER_STARTS, GRADIENTS, PRESETS, RANGES, TrainingConfig
from dae_core.optimizers import OPTIMIZERS
from dae_core.schedules import SCHEDULES
from dae_gui.icons import icon
from dae_gui.state import State
from dae_gui.widgets.number_box import NumberBox

PACES: tuple[float | None, ...] = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, None)
_CUSTOM = "Own settings"
_LARGEST_SEED = 2**31 - 1  # of a spin box

_GRADIENT_TEXTS = {"exact": "Exact", "published": "As published (faulty)"}
_SCHEDULE_TEXTS = {"constant": "Constant", "linear": "Linear to zero", "cosine": "Cosine to zero"}
_OPTIMIZER_TEXTS = {"sgd": "Plain SGD", "momentum": "Momentum", "adam": "Adam"}
_DECODER_TEXTS = {"random": "At random", "transposed": "At 0.2 Wᵀ"}
_NOISE_TEXTS = {"gaussian": "Gaussian", "masking": "Masking", "salt-and-pepper": "Salt and pepper"}
_LEVEL_TEXTS = {"sigma": "Sigma", "fraction": "Fraction"}
_PRESET_NOTES = {
    "Exercise (25,000 iterations)": "The exercise's own settings. They end behind the best linear denoiser: "
    "watch the dashed line.",
    "Exercise as published (diverges)": "The published solution forgets the derivative of the ReLU. On MNIST the "
    "error falls, climbs, and overflows near iteration 22,000; on the bundled digits most units die.",
    "Falling rate (25,000)": "The same length with a learning rate that falls to zero: about level with the best "
    "linear denoiser on MNIST.",
    "Best in 15 seconds": "400,000 iterations with a falling rate. On MNIST it beats the best linear denoiser by a "
    "quarter.",
}
_LOCKED = "This defines the run and cannot change while it goes on. Stop or reset it first."


class TrainingPanel(QWidget):
    """All settings of a run.

    Signals
    -------
    configChanged(TrainingConfig)
        The person changed a setting.
    learningRateChanged(float), noiseLevelChanged(float)
        One of the two that may change while a run goes on.
    paceChanged(object)
        Iterations a second as a number, or None for as fast as it goes.
    datasetChosen(str)
        A source for ``open_dataset``.
    openRequested()
        The person wants to choose a folder of data.
    """

    configChanged = Signal(object)
    learningRateChanged = Signal(float)
    noiseLevelChanged = Signal(float)
    paceChanged = Signal(object)
    datasetChosen = Signal(str)
    openRequested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("trainingPanel")
        self._state = State.IDLE
        self._tips: dict[QWidget, str] = {}
        defaults = TrainingConfig()

        self._dataset = self._combo("datasetComboBox", "Data set", "The digits to train on")
        self._dataset.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._dataset.activated.connect(self._on_dataset_activated)
        self._open = QToolButton(self)
        self._open.setObjectName("openDataButton")
        self._open.setAccessibleName("Open a data folder")
        self._open.clicked.connect(self.openRequested)
        self._remember_tip(self._open, "Open a folder of IDX files, such as MNIST")

        self._preset = self._combo("presetComboBox", "Preset", "Settings that show something; the seed stays yours")
        self._preset.addItems([*PRESETS, _CUSTOM])
        self._preset.activated.connect(self._on_preset_activated)
        self._note = QLabel(self)
        self._note.setObjectName("presetNoteLabel")
        self._note.setWordWrap(True)
        self._note.setForegroundRole(self._note.palette().ColorRole.PlaceholderText)

        self._hidden = self._spin("hiddenUnitsSpinBox", "Hidden units", RANGES["hidden_units"], defaults.hidden_units)
        self._remember_tip(self._hidden, "Number of hidden units; 225 fill a mosaic of 15 x 15")
        self._gradient = self._combo("gradientComboBox", "Gradient", "")
        self._fill(self._gradient, {name: _GRADIENT_TEXTS[name] for name in GRADIENTS})
        self._remember_tip(
            self._gradient, "Exact, or as in the exercise's published solution, without the ReLU's derivative"
        )
        self._corruption = self._combo("corruptionComboBox", "Corruption", "How the digits are spoilt for the input")
        self._fill(self._corruption, _NOISE_TEXTS)
        self._level_label = QLabel("Sigma", self)
        self._level = NumberBox(*defaults.corruption.level_range, defaults.corruption.level, parent=self)
        self._name(self._level, "noiseLevelSpinBox", "Noise level")
        self._level.setSingleStep(0.1)
        self._remember_tip(self._level, "Strength of the corruption; may be changed during a run")

        self._rate = NumberBox(*RANGES["learning_rate"], defaults.learning_rate, steps="1-2-5", parent=self)
        self._name(self._rate, "learningRateSpinBox", "Learning rate")
        self._remember_tip(self._rate, "Step size of gradient descent; may be changed during a run")
        self._schedule = self._combo("scheduleComboBox", "Schedule", "How the learning rate changes over the run")
        self._fill(self._schedule, {name: _SCHEDULE_TEXTS[name] for name in SCHEDULES})
        self._iterations = self._spin("iterationsSpinBox", "Iterations", RANGES["iterations"], defaults.iterations)
        self._iterations.setSingleStep(5000)
        self._remember_tip(self._iterations, "One iteration is one random digit with fresh noise")
        self._seed = self._spin("seedSpinBox", "Seed", (0, _LARGEST_SEED), defaults.seed)
        self._remember_tip(self._seed, "The same seed gives the same start weights, digits and noise")

        self._batch = self._spin("batchSizeSpinBox", "Batch size", RANGES["batch_size"], defaults.batch_size)
        self._remember_tip(self._batch, "Digits an iteration. With 1, as in the exercise, every digit is a step")
        self._optimizer = self._combo("optimizerComboBox", "Optimizer", "How a step follows from the gradient")
        self._fill(self._optimizer, {name: _OPTIMIZER_TEXTS[name] for name in OPTIMIZERS})
        self._decoder = self._combo("decoderStartComboBox", "Start of V", "")
        self._fill(self._decoder, {name: _DECODER_TEXTS[name] for name in DECODER_STARTS})
        self._remember_tip(
            self._decoder, "Where V starts: at random numbers of its own, or at 0.2 Wᵀ, which leaves fewer units dead"
        )
        self._advanced = QToolButton(self)
        self._advanced.setText("Advanced")
        self._advanced.setObjectName("advancedButton")
        self._advanced.setAccessibleName("Advanced settings")
        self._advanced.setToolTip("Show or hide mini-batches and optimizers, for comparing")
        self._advanced.setCheckable(True)
        self._advanced.setAutoRaise(True)
        self._advanced.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._advanced_settings = QWidget(self)
        self._advanced_settings.setObjectName("advancedSettings")
        self._advanced_settings.hide()
        self._advanced.toggled.connect(self._on_advanced_toggled)

        self._pace = QSlider(Qt.Orientation.Horizontal, self)
        self._name(self._pace, "paceSlider", "Pace")
        self._pace.setRange(0, len(PACES) - 1)
        self._pace.setPageStep(3)
        self._pace.setValue(len(PACES) - 1)
        self._pace.valueChanged.connect(self._on_pace_changed)
        self._remember_tip(self._pace, "From one iteration a second to as fast as the machine goes")
        self._pace_label = QLabel(self)
        self._pace_label.setObjectName("paceLabel")

        for box in (self._hidden, self._iterations, self._seed, self._batch):
            box.valueChanged.connect(self._on_edited)
        for combo in (self._gradient, self._schedule, self._optimizer, self._decoder):
            combo.currentIndexChanged.connect(self._on_edited)
        self._corruption.currentIndexChanged.connect(self._on_corruption_chosen)
        self._rate.valueChanged.connect(self._on_rate_changed)
        self._level.valueChanged.connect(self._on_level_changed)

        self._locked_while_active: Sequence[QWidget] = (
            self._dataset,
            self._open,
            self._preset,
            self._hidden,
            self._gradient,
            self._corruption,
            self._schedule,
            self._iterations,
            self._seed,
            self._batch,
            self._optimizer,
            self._decoder,
        )
        self._buttons = QHBoxLayout()
        self._lay_out()
        self._show_pace()
        self.set_config(defaults)
        self.refresh_icons()

    # What the window tells

    def set_actions(self, actions: Sequence[QAction]) -> None:
        """Put buttons for these actions at the top; the first one is the large one."""
        for i, action in enumerate(actions):
            button = QToolButton(self)
            button.setDefaultAction(action)
            button.setObjectName(action.objectName().replace("Action", "Button"))
            button.setAccessibleName(action.text().replace("&", ""))
            if i == 0:
                button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
                button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            self._buttons.addWidget(button, 1 if i == 0 else 0)

    def set_datasets(self, entries: Sequence[tuple[str, str]], current: str) -> None:
        """Offer data sets, as pairs (text, source), and show which is the current one."""
        with QSignalBlocker(self._dataset):
            self._dataset.clear()
            for text, source in entries:
                self._dataset.addItem(text, source)
                self._dataset.setItemData(self._dataset.count() - 1, source, Qt.ItemDataRole.ToolTipRole)
            self._dataset.setCurrentIndex(self._dataset.findData(current))

    def set_config(self, config: TrainingConfig) -> None:
        """Show these settings, without emitting anything."""
        blockers = [QSignalBlocker(w) for w in self._locked_while_active] + [
            QSignalBlocker(self._rate),
            QSignalBlocker(self._level),
        ]
        self._hidden.setValue(config.hidden_units)
        self._gradient.setCurrentIndex(self._gradient.findData(config.gradient))
        self._corruption.setCurrentIndex(self._corruption.findData(config.corruption.kind))
        self._show_level(config.corruption)
        self._rate.setValue(config.learning_rate)
        self._schedule.setCurrentIndex(self._schedule.findData(config.schedule))
        self._iterations.setValue(config.iterations)
        self._seed.setValue(min(config.seed, _LARGEST_SEED))
        self._batch.setValue(config.batch_size)
        self._optimizer.setCurrentIndex(self._optimizer.findData(config.optimizer))
        self._decoder.setCurrentIndex(self._decoder.findData(config.decoder_start))
        del blockers
        self._show_advanced_in_use(config)
        self._show_preset()

    def config(self) -> TrainingConfig:
        """Return the settings that are shown."""
        kind = corruptions.KINDS[self._corruption.currentData()]
        return TrainingConfig(
            hidden_units=self._hidden.value(),
            corruption=kind().with_level(self._level.value()),
            learning_rate=self._rate.value(),
            schedule=self._schedule.currentData(),
            iterations=self._iterations.value(),
            seed=self._seed.value(),
            gradient=self._gradient.currentData(),
            batch_size=self._batch.value(),
            optimizer=self._optimizer.currentData(),
            decoder_start=self._decoder.currentData(),
        )

    def set_learning_rate(self, rate: float) -> None:
        """Set the learning rate as if the person had typed it; the field's range holds."""
        self._rate.setValue(rate)

    def pace(self) -> float | None:
        """Return the chosen iterations a second; None is as fast as it goes."""
        return PACES[self._pace.value()]

    @Slot(State)
    def set_state(self, state: State) -> None:
        """Lock what defines a run while it goes on, and say why."""
        self._state = state
        for widget in self._locked_while_active:
            widget.setEnabled(not state.is_active)
            tip = self._tips.get(widget, "")
            widget.setToolTip(f"{tip}\n{_LOCKED}" if state.is_active else tip)

    def refresh_icons(self) -> None:
        """Draw icons anew in the colours of the present theme."""
        self._open.setIcon(icon("open"))
        self._advanced.setIcon(icon("collapse" if self._advanced.isChecked() else "expand"))

    # What the person does

    @Slot(int)
    def _on_dataset_activated(self, index: int) -> None:
        self.datasetChosen.emit(self._dataset.itemData(index))

    @Slot(int)
    def _on_preset_activated(self, index: int) -> None:
        preset = PRESETS.get(self._preset.itemText(index))
        if preset is None:
            self._show_preset()
            return
        self.set_config(preset.replace(seed=self._seed.value()))
        self.configChanged.emit(self.config())

    @Slot()
    def _on_edited(self) -> None:
        self._show_preset()
        self.configChanged.emit(self.config())

    @Slot(int)
    def _on_corruption_chosen(self, _index: int) -> None:
        with QSignalBlocker(self._level):
            self._show_level(corruptions.KINDS[self._corruption.currentData()]())
        self._on_edited()

    @Slot(float)
    def _on_rate_changed(self, rate: float) -> None:
        self._on_edited()
        self.learningRateChanged.emit(rate)

    @Slot(float)
    def _on_level_changed(self, level: float) -> None:
        self._on_edited()
        self.noiseLevelChanged.emit(level)

    @Slot(bool)
    def _on_advanced_toggled(self, shown: bool) -> None:
        self._advanced_settings.setVisible(shown)
        self.refresh_icons()

    @Slot()
    def _on_pace_changed(self) -> None:
        self._show_pace()
        self.paceChanged.emit(self.pace())

    # Drawing

    def _show_pace(self) -> None:
        pace = self.pace()
        text = "as fast as it goes" if pace is None else f"{pace:,.0f} digit{'' if pace == 1 else 's'} a second"
        self._pace_label.setText(text)
        self._pace.setAccessibleDescription(text)

    def _show_level(self, corruption: corruptions.Corruption) -> None:
        self._level.setRange(*corruption.level_range)
        self._level.setSingleStep(0.1 if corruption.level_range[1] > 1 else 0.05)
        self._level.setValue(corruption.level)
        self._level_label.setText(_LEVEL_TEXTS[corruption.level_name])

    def _show_advanced_in_use(self, config: TrainingConfig) -> None:
        """Open the section when its settings are not the usual ones, so that nothing works unseen."""
        usual = TrainingConfig()
        names = ("batch_size", "optimizer", "decoder_start")
        if any(getattr(config, name) != getattr(usual, name) for name in names):
            self._advanced.setChecked(True)

    def _show_preset(self) -> None:
        config = self.config()
        name = next((n for n, preset in PRESETS.items() if preset.replace(seed=config.seed) == config), _CUSTOM)
        self._preset.setCurrentText(name)
        note = _PRESET_NOTES.get(name, "")
        self._note.setText(note)
        self._note.setVisible(bool(note))

    def _lay_out(self) -> None:
        data = QHBoxLayout()
        data.addWidget(self._dataset, 1)
        data.addWidget(self._open)
        pace = QVBoxLayout()
        pace.setSpacing(0)
        pace.addWidget(self._pace)
        pace.addWidget(self._pace_label)

        form = QFormLayout()
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(8)
        form.setVerticalSpacing(6)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        form.addRow("Data set", data)
        form.addRow(_line(self))
        form.addRow(self._preset)
        form.addRow(self._note)
        form.addRow("Hidden units", self._hidden)
        form.addRow("Corruption", self._corruption)
        form.addRow(self._level_label, self._level)
        form.addRow(_line(self))
        form.addRow("Learning rate", self._rate)
        form.addRow("Schedule", self._schedule)
        form.addRow("Iterations", self._iterations)
        form.addRow("Gradient", self._gradient)
        form.addRow("Seed", self._seed)
        form.addRow("Pace", pace)

        more = QFormLayout(self._advanced_settings)
        more.setContentsMargins(0, 0, 0, 0)
        more.setHorizontalSpacing(8)
        more.setVerticalSpacing(6)
        more.addRow("Batch size", self._batch)
        more.addRow("Optimizer", self._optimizer)
        more.addRow("Start of V", self._decoder)

        content = QWidget()
        inside = QVBoxLayout(content)
        inside.setContentsMargins(8, 4, 8, 8)
        inside.addLayout(form)
        inside.addWidget(self._advanced, 0, Qt.AlignmentFlag.AlignLeft)
        inside.addWidget(self._advanced_settings)
        inside.addStretch(1)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(content)
        self._buttons.setContentsMargins(8, 6, 8, 2)
        self._buttons.setSpacing(4)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addLayout(self._buttons)
        layout.addWidget(scroll, 1)

    # Making controls

    def _combo(self, object_name: str, accessible_name: str, tip: str) -> QComboBox:
        combo = QComboBox(self)
        combo.setMinimumContentsLength(8)
        combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._name(combo, object_name, accessible_name)
        self._remember_tip(combo, tip)
        return combo

    def _spin(self, object_name: str, accessible_name: str, limits: tuple[float, float], value: int) -> QSpinBox:
        box = QSpinBox(self)
        box.setRange(int(limits[0]), int(limits[1]))
        box.setGroupSeparatorShown(True)
        box.setKeyboardTracking(False)
        box.setValue(value)
        self._name(box, object_name, accessible_name)
        return box

    def _name(self, widget: QWidget, object_name: str, accessible_name: str) -> None:
        widget.setObjectName(object_name)
        widget.setAccessibleName(accessible_name)

    def _remember_tip(self, widget: QWidget, tip: str) -> None:
        self._tips[widget] = tip
        widget.setToolTip(tip)

    def _fill(self, combo: QComboBox, texts: dict[str, str]) -> None:
        for value, text in texts.items():
            combo.addItem(text, value)


def _line(parent: QWidget) -> QFrame:
    line = QFrame(parent)
    line.setFrameShape(QFrame.Shape.HLine)
    line.setFrameShadow(QFrame.Shadow.Plain)
    line.setForegroundRole(line.palette().ColorRole.Mid)
    return line
