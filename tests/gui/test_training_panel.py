"""The settings of a run, operated with mouse and keyboard."""

from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QSlider, QSpinBox, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from dae_core.model.activations import ACTIVATIONS
from dae_core.model.corruption import Gaussian, Masking, SaltAndPepper
from dae_core.model.losses import LOSSES
from dae_core.model.penalties import PENALTIES
from dae_core.training.config import TrainingConfig
from dae_core.training.presets import PRESETS
from dae_gui.panels.training_panel import TrainingPanel
from dae_gui.panels.training_panel.model_fields import MODEL_FIELDS
from dae_gui.panels.training_panel.steps import SettingsStep
from dae_gui.panels.training_panel.strength_field import place_of, strength_at
from dae_gui.support.plain_text import tip_text
from dae_gui.support.undo import UndoHistory
from dae_gui.widgets.controls.field_note import FieldNote
from dae_gui.widgets.controls.number_box import NumberBox
from dae_gui.workbench.facts import OpenData
from dae_gui.workbench.state import State
from dae_gui.workbench.workbench import Workbench
from helpers.datasets import make_dataset
from helpers.widgets import find

W = TypeVar("W", bound=QWidget)


@pytest.fixture
def panel(qtbot: QtBot) -> TrainingPanel:
    panel = TrainingPanel(Workbench())
    qtbot.addWidget(panel)
    panel.resize(270, 640)
    panel.show()
    return panel


def choose(qtbot: QtBot, combo: QComboBox, text: str) -> None:
    """Choose an entry with the keyboard, as a person does."""
    combo.setFocus()
    target, step = combo.findText(text), Qt.Key.Key_Down
    assert target >= 0
    if target < combo.currentIndex():
        step = Qt.Key.Key_Up
    while combo.currentIndex() != target:
        qtbot.keyClick(combo, step)


def type_number(qtbot: QtBot, box: QWidget, text: str) -> None:
    box.setFocus()
    box.selectAll()  # type: ignore[attr-defined]
    qtbot.keyClicks(box, text)
    qtbot.keyClick(box, Qt.Key.Key_Return)


@pytest.mark.parametrize(
    "config",
    [
        *(preset.config for preset in PRESETS.values()),
        TrainingConfig(hidden_units=10_000, corruption=Masking(0.35), schedule="cosine", seed=12345),
        TrainingConfig(corruption=SaltAndPepper(0.1), learning_rate=3e-6, iterations=1_000_000_000),
        TrainingConfig(corruption=Gaussian(0.0), learning_rate=1000.0),
        TrainingConfig(own_backward="def backward(x, x0, z, y, W, V):\n    return 1\n"),
    ],
)
def test_it_shows_and_returns_any_config(panel: TrainingPanel, config: TrainingConfig) -> None:
    panel.set_config(config)
    assert panel.config() == config


@pytest.mark.parametrize("name", PRESETS)
def test_choosing_a_preset_sets_all_but_the_seed(qtbot: QtBot, panel: TrainingPanel, name: str) -> None:
    panel.set_config(TrainingConfig(hidden_units=3, corruption=Masking(0.1), seed=42, iterations=9))
    combo = find(panel, QComboBox, "presetComboBox")
    with qtbot.waitSignal(panel.configChanged) as changed:
        choose(qtbot, combo, name)
    expected = PRESETS[name].config.replace(seed=42)
    assert panel.config() == expected
    assert changed.args[0].seed == 42
    assert combo.currentText() == name
    assert find(panel, QLabel, "presetNoteLabel").isVisibleTo(panel)


def test_an_edit_makes_the_settings_the_persons_own(qtbot: QtBot, panel: TrainingPanel) -> None:
    with qtbot.waitSignal(panel.configChanged) as changed:
        type_number(qtbot, find(panel, QSpinBox, "hiddenUnitsSpinBox"), "64")
    assert changed.args[0].hidden_units == 64
    assert find(panel, QComboBox, "presetComboBox").currentText() == "Own settings"
    assert find(panel, QLabel, "presetNoteLabel").text() == "Settings of your own. A preset puts all of them back."


def test_no_text_of_a_preset_moves_the_fields(qtbot: QtBot, panel: TrainingPanel) -> None:
    panel.resize(240, 640)
    panel.show()
    qtbot.waitExposed(panel)
    box = find(panel, QSpinBox, "hiddenUnitsSpinBox")
    places = set()
    for config in (*(preset.config for preset in PRESETS.values()), TrainingConfig(hidden_units=64)):
        panel.set_config(config)
        QApplication.processEvents()
        places.add(box.mapTo(panel, box.rect().topLeft()).y())
        note = find(panel, QLabel, "presetNoteLabel")
        needed = note.fontMetrics().boundingRect(note.rect(), Qt.TextFlag.TextWordWrap, note.text())
        assert needed.height() <= note.height()
    assert len(places) == 1


def test_rate_and_noise_are_told_by_themselves(qtbot: QtBot, panel: TrainingPanel) -> None:
    with qtbot.waitSignal(panel.learningRateChanged) as rate:
        type_number(qtbot, find(panel, NumberBox, "learningRateSpinBox"), "0.002")
    assert rate.args == [0.002]
    with qtbot.waitSignal(panel.noiseLevelChanged) as level:
        type_number(qtbot, find(panel, NumberBox, "noiseLevelSpinBox"), "0.5")
    assert level.args == [0.5]


def test_each_corruption_has_its_own_range_and_name(qtbot: QtBot, panel: TrainingPanel) -> None:
    choose(qtbot, find(panel, QComboBox, "corruptionComboBox"), "Masking")
    level = find(panel, NumberBox, "noiseLevelSpinBox")
    assert (level.minimum(), level.maximum(), level.value()) == (0.0, 1.0, 0.25)
    assert panel.config().corruption == Masking(0.25)
    choose(qtbot, find(panel, QComboBox, "corruptionComboBox"), "Gaussian")
    assert panel.config().corruption == Gaussian(1.0)


def test_sigma_names_its_unit_and_another_loss_says_what_it_means_now(qtbot: QtBot, panel: TrainingPanel) -> None:
    dataset = make_dataset()
    panel.workbench.set_data(OpenData(dataset))
    history = UndoHistory()
    panel.use_history(history)
    level = find(panel, NumberBox, "noiseLevelSpinBox")
    hint = find(panel, QLabel, "unitsHintLabel")
    assert "in standardized units" in tip_text(level.toolTip())
    assert not hint.isVisible()
    find(panel, QToolButton, "modelButton").click()
    choose(qtbot, find(panel, QComboBox, "lossComboBox"), "Cross-entropy")
    assert level.value() == 1.0
    assert hint.isVisible()
    assert hint.text() == "in grey from 0 to 1"
    assert "in grey from 0 to 1" in tip_text(level.toolTip())
    note = find(panel, FieldNote, "fieldNote").text()
    alike = float((dataset.train_images / 255).std())
    assert note == f"Sigma 1 is in grey from 0 to 1 now. As much noise as before is {alike:.2g}."
    history.undo()
    assert not hint.isVisible()
    assert panel.config() == TrainingConfig()


def test_a_fraction_has_no_unit_that_a_loss_could_change(qtbot: QtBot, panel: TrainingPanel) -> None:
    panel.set_config(TrainingConfig(corruption=Masking(0.25)))
    find(panel, QToolButton, "modelButton").click()
    choose(qtbot, find(panel, QComboBox, "lossComboBox"), "Cross-entropy")
    assert not find(panel, QLabel, "unitsHintLabel").isVisible()
    assert panel.findChild(FieldNote) is None
    assert "Fraction of the pixels" in tip_text(find(panel, NumberBox, "noiseLevelSpinBox").toolTip())


def test_what_defines_a_run_is_locked_while_it_goes_on_and_says_why(panel: TrainingPanel) -> None:
    locked = ("hiddenUnitsSpinBox", "iterationsSpinBox", "seedSpinBox", "presetComboBox", "datasetComboBox",
              "corruptionComboBox", "gradientComboBox", "scheduleComboBox")  # fmt: skip
    free = ("learningRateSpinBox", "noiseLevelSpinBox", "paceSlider")
    for state in (State.RUNNING, State.PAUSED, State.STOPPING):
        panel.workbench.set_state(state)
        for name in locked:
            assert not find(panel, QWidget, name).isEnabled(), name
            assert "cannot change while it goes on" in tip_text(find(panel, QWidget, name).toolTip())
        for name in free:
            assert find(panel, QWidget, name).isEnabled(), name
    panel.workbench.set_state(State.FINISHED)
    for name in locked:
        assert find(panel, QWidget, name).isEnabled(), name
        assert "cannot" not in tip_text(find(panel, QWidget, name).toolTip())


def test_the_pace_goes_from_one_a_second_to_unlimited(qtbot: QtBot, panel: TrainingPanel) -> None:
    slider = find(panel, QSlider, "paceSlider")
    assert panel.pace() is None
    with qtbot.waitSignal(panel.paceChanged) as changed:
        qtbot.keyClick(slider, Qt.Key.Key_Home)
    assert changed.args == [1]
    assert find(panel, QLabel, "paceLabel").text() == "1 digit a second"
    with qtbot.waitSignal(panel.paceChanged) as changed:
        qtbot.keyClick(slider, Qt.Key.Key_End)
    assert changed.args == [None]


def test_data_sets_are_offered_and_chosen(qtbot: QtBot, panel: TrainingPanel) -> None:
    panel.set_datasets([("Bundled digits", "digits"), ("mnist", "/data/mnist")], "digits")
    combo = find(panel, QComboBox, "datasetComboBox")
    assert combo.currentText() == "Bundled digits"
    with qtbot.waitSignal(panel.datasetChosen) as chosen:
        choose(qtbot, combo, "mnist")
    assert chosen.args == ["/data/mnist"]


def test_every_control_has_a_name_and_a_tooltip(panel: TrainingPanel) -> None:
    controls = [w for kind in (QComboBox, QSpinBox, NumberBox, QSlider) for w in panel.findChildren(kind)]
    assert len(controls) >= 11
    for control in controls:
        assert control.objectName()
        assert control.accessibleName(), control.objectName()
        assert control.toolTip(), control.objectName()


def test_advanced_settings_are_folded_away_until_they_are_used(qtbot: QtBot, panel: TrainingPanel) -> None:
    settings = find(panel, QWidget, "advancedSettings")
    assert not settings.isVisibleTo(panel)
    qtbot.mouseClick(find(panel, QWidget, "advancedButton"), Qt.MouseButton.LeftButton)
    assert settings.isVisibleTo(panel)
    with qtbot.waitSignal(panel.configChanged) as changed:
        type_number(qtbot, find(panel, QSpinBox, "batchSizeSpinBox"), "64")
    assert changed.args[0].batch_size == 64
    qtbot.mouseClick(find(panel, QWidget, "advancedButton"), Qt.MouseButton.LeftButton)
    assert not settings.isVisibleTo(panel)
    panel.set_config(TrainingConfig(optimizer="adam"))
    assert settings.isVisibleTo(panel), "a setting that is in force must not be hidden"


def test_own_code_can_be_left_and_taken_again(qtbot: QtBot, panel: TrainingPanel) -> None:
    own = TrainingConfig(own_backward="def backward():\n    pass\n")
    gradient, optimizer = find(panel, QComboBox, "gradientComboBox"), find(panel, QComboBox, "optimizerComboBox")
    assert gradient.findText("Of your own code") < 0
    panel.set_config(own)
    assert gradient.currentText() == "Of your own code"
    gradient.setCurrentIndex(gradient.findText("As published (faulty)"))
    assert panel.config() == TrainingConfig(gradient="published")
    gradient.setCurrentIndex(gradient.findText("Of your own code"))
    assert panel.config() == own
    optimizer.setCurrentIndex(optimizer.findText("Adam"))  # with which it does not go
    assert panel.config() == TrainingConfig(optimizer="adam")
    gradient.setCurrentIndex(gradient.findText("Of your own code"))
    assert panel.config() == own
    panel.set_config(TrainingConfig())
    assert gradient.findText("Of your own code") < 0


def test_undo_with_own_code_keeps_settings_that_go_together(qtbot: QtBot, panel: TrainingPanel) -> None:
    history = UndoHistory()
    panel.use_history(history)
    optimizer = find(panel, QComboBox, "optimizerComboBox")
    optimizer.setCurrentIndex(optimizer.findText("Adam"))
    panel.set_config(TrainingConfig(own_backward="x = 1\n"))  # a run that was opened
    history.undo()
    assert panel.config() == TrainingConfig()
    history.redo()
    assert panel.config() == TrainingConfig(optimizer="adam")


def test_one_line_says_what_the_model_is_and_opens_its_choices(qtbot: QtBot, panel: TrainingPanel) -> None:
    button, choices = find(panel, QToolButton, "modelButton"), find(panel, QWidget, "modelSettings")
    assert button.accessibleName() == "Model: ReLU, linear, untied"
    assert not choices.isVisibleTo(panel)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert choices.isVisibleTo(panel)
    choose(qtbot, find(panel, QComboBox, "activationComboBox"), "Sigmoid")
    type_number(qtbot, find(panel, NumberBox, "l1SpinBox"), "0.25")
    choose(qtbot, find(panel, QComboBox, "tiedComboBox"), "Tied")
    choose(qtbot, find(panel, QComboBox, "averageComboBox"), "Averaged weights")
    assert panel.config() == TrainingConfig(activation="sigmoid", l1=0.25, tied=True, average=True)
    assert button.accessibleName() == "Model: sigmoid, linear, tied, L1 on z, averaged"
    assert "…" not in button.text()
    assert "\n" in button.text()  # it goes on below where it is too long
    assert find(panel, QComboBox, "presetComboBox").currentText() == "Own settings"


@pytest.mark.parametrize("name", MODEL_FIELDS)
def test_every_choice_of_the_model_tells_its_source(panel: TrainingPanel, name: str) -> None:
    choices = {"activation": tuple(ACTIVATIONS.values()), "loss": tuple(LOSSES.values())}.get(name)
    for control in panel.controls_of(name):
        tip = tip_text(control.toolTip())
        if choices is not None:
            assert all(row.source in tip and row.equation in tip for row in choices)
        if name in PENALTIES:
            assert PENALTIES[name].source in tip
            assert PENALTIES[name].equation in tip
        assert tip
        assert control.accessibleName()


def test_a_choice_that_makes_no_sense_is_put_back_and_it_is_said_why(qtbot: QtBot, panel: TrainingPanel) -> None:
    history = UndoHistory()
    panel.use_history(history)
    panel.set_config(TrainingConfig(activation="sigmoid", kl_weight=0.5))
    told: list[TrainingConfig] = []
    panel.configChanged.connect(told.append)
    activation = find(panel, QComboBox, "activationComboBox")
    activation.setCurrentIndex(activation.findData("relu"))
    assert activation.currentData() == "sigmoid"
    assert not told
    assert not history.can_undo()
    note = find(panel, FieldNote, "fieldNote")
    assert note.isVisibleTo(panel)
    assert "choose sigmoid units" in note.text()
    activation.setCurrentIndex(activation.findData("sigmoid"))
    gradient = find(panel, QComboBox, "gradientComboBox")
    gradient.setCurrentIndex(gradient.findData("published"))
    assert gradient.currentData() == "exact"
    assert "is for the exercise's model" in note.text()
    type_number(qtbot, find(panel, NumberBox, "klWeightSpinBox"), "0")
    type_number(qtbot, find(panel, QSpinBox, "kSparseSpinBox"), "226")
    assert "226 strongest of 225" in note.text()
    assert panel.config().k_sparse == 0
    type_number(qtbot, find(panel, QSpinBox, "kSparseSpinBox"), "225")
    assert not note.isVisibleTo(panel)
    assert panel.config().k_sparse == 225


def test_penalties_may_be_changed_during_a_run_and_taken_back(qtbot: QtBot, panel: TrainingPanel) -> None:
    history = UndoHistory()
    panel.use_history(history)
    told: list[tuple[str, float]] = []
    panel.strengthChanged.connect(lambda name, strength: told.append((name, strength)))
    panel.workbench.set_state(State.RUNNING)
    slider = find(panel, QSlider, "weightDecaySlider")
    assert slider.isEnabled()
    assert not find(panel, QComboBox, "activationComboBox").isEnabled()
    slider.setValue(slider.maximum())
    assert told == [("weight_decay", PENALTIES["weight_decay"].strongest)]
    type_number(qtbot, find(panel, NumberBox, "weightDecaySpinBox"), "0")
    assert slider.value() == 0
    history.undo()
    assert told[1:] == [("weight_decay", 0.0), ("weight_decay", 0.01)]
    assert panel.config().weight_decay == 0.01
    assert slider.value() == slider.maximum()


def test_a_slider_that_is_pulled_tells_its_strength_when_it_rests(qtbot: QtBot, panel: TrainingPanel) -> None:
    told: list[tuple[str, float]] = []
    panel.strengthChanged.connect(lambda name, strength: told.append((name, strength)))
    slider = find(panel, QSlider, "l1Slider")
    slider.setSliderDown(True)
    for place in (5, 17, 23):
        slider.setValue(place)
    assert not told
    assert find(panel, NumberBox, "l1SpinBox").value() == strength_at(23, 10.0)
    slider.setSliderDown(False)
    assert told == [("l1", strength_at(23, 10.0))]
    assert panel.config().l1 == told[0][1]


def test_a_slider_reaches_none_and_four_powers_of_ten() -> None:
    assert strength_at(0, 10.0) == 0.0
    assert strength_at(1, 10.0) == 0.001
    assert strength_at(41, 10.0) == 10.0
    for place in range(42):
        assert place_of(strength_at(place, 0.01), 0.01) == place
    assert place_of(1e9, 10.0) == 41
    assert place_of(1e-9, 10.0) == 1


def test_a_step_back_that_other_settings_forbid_says_so(panel: TrainingPanel) -> None:
    before, after = TrainingConfig(), TrainingConfig(activation="sigmoid")
    step = SettingsStep(panel, before, after)
    panel.set_config(after.replace(kl_weight=0.1))
    assert "choose sigmoid units" in step.obstacle(undoing=True)
    assert step.obstacle(undoing=False) == ""
