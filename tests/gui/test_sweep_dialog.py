"""Sweeps in the window: putting one together, running it in processes, cancelling it, and what goes wrong."""

import errno
import os
import signal
import tempfile
import threading
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest
from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QLabel, QLineEdit, QProgressBar, QPushButton, QSpinBox
from pytestqt.qtbot import QtBot

from dae_core.datasets import Dataset
from dae_core.evaluation.held_out import HeldOut
from dae_core.model.corruption import Gaussian, Masking
from dae_core.sessions.data_reference import DataReference
from dae_core.sessions.run import Run
from dae_core.sessions.run_comparison import is_fair_pair
from dae_core.sweeps import sweep as sweep_module
from dae_core.sweeps.cluster import ClusterState
from dae_core.sweeps.plan import SweepError, plan
from dae_core.sweeps.sweep_values import FIELDS, LEVEL
from dae_core.training.config import TrainingConfig
from dae_core.training.snapshots import SHARED_BUDGET, SnapshotKeeper
from dae_core.training.trainer import Trainer, train
from dae_gui.panels.runs_panel import RunsPanel, place_box
from dae_gui.panels.runs_panel.sweep_dialog import SweepDialog, SweepPlan
from dae_gui.support.jobs import Jobs
from dae_gui.workbench.facts import OpenData
from dae_gui.workbench.workbench import Workbench
from helpers.widgets import Notices, find, shown_panel

W = TypeVar("W", bound=QObject)
BASE = TrainingConfig(hidden_units=5, iterations=120, seed=2)
ENDLESS = BASE.replace(iterations=1_000_000_000, learning_rate=1e-6)
proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="there is no /proc to look at processes in")


def make_dataset() -> Dataset:
    images = np.random.default_rng(0).integers(0, 256, (60, 6, 5)).astype(np.uint8)
    return Dataset("noise", images[:40], None, images[40:], None)


def workers() -> list[int]:
    """Return the process ids of this process's own workers."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                command = (folder / "cmdline").read_bytes()
                status = (folder / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if b"popen_loky" in command and int(status[1]) == os.getpid() and status[0] != "Z":
                found.append(int(folder.name))
    return found


# -- the window --------------------------------------------------------------------------------------------------------


@pytest.fixture
def dialog(qtbot: QtBot, jobs: Jobs) -> SweepDialog:
    dialog = SweepDialog(BASE, 30, 4, jobs=jobs)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitExposed(dialog)
    return dialog


def choose(dialog: SweepDialog, line: int, field: str) -> None:
    box = find(dialog, QComboBox, f"sweepSetting{line}ComboBox")
    box.setCurrentIndex(box.findData(field))


def type_values(qtbot: QtBot, dialog: SweepDialog, line: int, text: str) -> None:
    edit = find(dialog, QLineEdit, f"sweepValues{line}LineEdit")
    edit.selectAll()
    qtbot.keyClicks(edit, text)


def message(dialog: SweepDialog) -> str:
    return find(dialog, QLabel, "sweepMessageLabel").text()


def test_values_make_a_plan(dialog: SweepDialog, qtbot: QtBot) -> None:
    choose(dialog, 1, "hidden_units")
    type_values(qtbot, dialog, 1, "3, 4")
    choose(dialog, 2, LEVEL)
    type_values(qtbot, dialog, 2, "0.5, 2")
    chosen = dialog.plan()
    assert chosen is not None
    assert list(chosen.configs) == plan(BASE, {"hidden_units": [3, 4], "corruption": [Gaussian(0.5), Gaussian(2.0)]})
    assert chosen.names()[1] == "3 hidden units, Gaussian σ 2"
    assert message(dialog).startswith("4 runs, 4 at a time: roughly 1 s")
    find(dialog, QSpinBox, "sweepJobsSpinBox").setValue(2)
    assert dialog.plan() == SweepPlan(chosen.configs, ("hidden_units", "corruption"), 2, SHARED_BUDGET // 4)


def test_snapshots_are_kept_while_they_are_small_and_their_size_is_said(qtbot: QtBot) -> None:
    def shown(base: TrainingConfig, n_inputs: int, seeds: str) -> tuple[SweepDialog, QCheckBox, str]:
        dialog = SweepDialog(base, n_inputs, 4)
        qtbot.addWidget(dialog)
        dialog.show()
        choose(dialog, 1, "seed")
        find(dialog, QLineEdit, "sweepValues1LineEdit").setText(seeds)
        box = find(dialog, QCheckBox, "sweepSnapshotsCheckBox")
        return dialog, box, find(dialog, QLabel, "sweepSnapshotsLabel").text()

    config = BASE.replace(iterations=25_000, hidden_units=225)
    size = 4 * (2 * 225 * 784 + 225 + 784)
    count = SnapshotKeeper(size, SHARED_BUDGET // 2).count_at(25_000)
    dialog, box, text = shown(config, 784, "1, 2")
    assert text == f"{count} a run, {2 * count * size / 1e6:.1f} MB together"
    assert box.isChecked() == (2 * count * size <= SHARED_BUDGET // 2)
    before = box.isChecked()
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))
    find(dialog, QLineEdit, "sweepValues1LineEdit").setText("1, 2, 3")
    assert box.isChecked() is not before, "what the user chose stays"
    chosen = dialog.plan()
    assert chosen is not None
    assert (chosen.snapshot_bytes > 0) == box.isChecked()
    dialog, box, text = shown(config.replace(hidden_units=10_000), 784, "1, 2, 3")
    assert not box.isChecked()
    assert text == "5 a run, 941.4 MB together"
    chosen = dialog.plan()
    assert chosen is not None
    assert chosen.snapshot_bytes == 0


def test_the_exercises_series_is_prepared(dialog: SweepDialog) -> None:
    presets = find(dialog, QComboBox, "sweepPresetComboBox")
    choose(dialog, 2, "seed")
    presets.setCurrentIndex(1)
    presets.activated.emit(1)
    chosen = dialog.plan()
    assert chosen is not None
    assert [config.corruption for config in chosen.configs] == [Masking(0.0), Masking(0.25), Masking(0.5)]
    assert chosen.names() == ["masking 0 %", "masking 25 %", "masking 50 %"]
    assert presets.currentIndex() == 1
    choose(dialog, 1, "seed")
    assert presets.currentIndex() == 0, "now they are one's own"


@pytest.mark.parametrize("field", [LEVEL, *FIELDS])
@pytest.mark.parametrize("base", [BASE, BASE.replace(corruption=Masking(0.5), hidden_units=1, seed=2**32 - 1)])
def test_what_is_proposed_can_be_swept(qtbot: QtBot, field: str, base: TrainingConfig) -> None:
    if field == "kl_weight":  # a penalty of sigmoid units
        base = base.replace(activation="sigmoid")
    dialog = SweepDialog(base, 30, 2)
    qtbot.addWidget(dialog)
    choose(dialog, 1, field)
    chosen = dialog.plan()
    assert chosen is not None, message(dialog)
    assert len(set(chosen.configs)) == len(chosen.configs) >= 2
    assert len(set(chosen.names())) == len(chosen.names())


@pytest.mark.parametrize(
    ("field", "text", "words"),
    [
        ("hidden_units", "", "'' is no value of hidden units."),
        ("hidden_units", "3, x", "'x' is no value of hidden units."),
        ("hidden_units", "0", "Hidden units is 0; it must be a whole number between 1 and 10,000."),
        ("hidden_units", "3, 3", "each only once"),
        (LEVEL, "11", "it must lie between 0 and 10"),
        ("schedule", "falling", "must be one of constant, linear, cosine"),
        ("corruption", "fog:1", "Unknown noise 'fog'"),
        ("seed", ",".join(map(str, range(1001))), "at most 1,000 are made"),
    ],
)
def test_what_is_no_sweep_is_said_at_once(dialog: SweepDialog, qtbot: QtBot, field: str, text: str, words: str) -> None:
    choose(dialog, 1, field)
    find(dialog, QLineEdit, "sweepValues1LineEdit").setText(text)
    assert words in message(dialog)
    assert message(dialog)[0].isupper() or message(dialog)[0] == "'"
    start = find(dialog, QPushButton, "sweepStartButton")
    assert not start.isEnabled()
    with qtbot.assertNotEmitted(dialog.sweepRequested):
        dialog.accept()
    assert dialog.isVisible()


def test_a_setting_cannot_be_varied_twice(dialog: SweepDialog) -> None:
    choose(dialog, 1, LEVEL)
    choose(dialog, 2, "corruption")
    assert "vary the same setting" in message(dialog)
    choose(dialog, 2, "")
    assert dialog.plan() is not None


def test_four_settings_and_some_of_their_combinations_at_random(dialog: SweepDialog) -> None:
    assert [line.isVisible() for line in dialog.lines] == [True, True, False, False]
    for line, (field, text) in zip(
        dialog.lines,
        (("hidden_units", "3, 4"), ("seed", "1, 2"), ("tied", "no, yes"), ("learning_rate", "0.1, 0.2, 0.3")),
        strict=True,
    ):
        line.set(field, text)
    assert all(line.isVisible() for line in dialog.lines)
    assert message(dialog).startswith("24 runs, 4 at a time")
    draw, draws = find(dialog, QComboBox, "sweepDrawComboBox"), find(dialog, QSpinBox, "sweepDrawsSpinBox")
    assert not draws.isEnabled()
    draw.setCurrentIndex(1)
    draws.setValue(5)
    assert message(dialog).startswith("5 runs of 24 combinations, drawn with seed 2, 4 at a time")
    chosen = dialog.plan()
    assert chosen is not None
    values = {"hidden_units": [3, 4], "seed": [1, 2], "tied": [False, True], "learning_rate": [0.1, 0.2, 0.3]}
    assert list(chosen.configs) == plan(BASE, values, 5)
    draws.setValue(1000)
    assert message(dialog).startswith("24 runs of 24 combinations"), "there are no more"


# -- where it is trained -----------------------------------------------------------------------------------------------


def choose_scheduler(dialog: SweepDialog, address: str) -> None:
    find(dialog, QComboBox, "sweepPlaceComboBox").setCurrentIndex(1)
    edit = find(dialog, QLineEdit, "sweepSchedulerLineEdit")
    edit.setText(address)
    edit.editingFinished.emit()


def test_the_workers_of_a_scheduler_are_counted_and_its_address_is_remembered(
    dialog: SweepDialog, qtbot: QtBot, jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def look_at(address: str) -> ClusterState:
        asked.append(address)
        return ClusterState(3, 12, ("1 of 3 workers have a processor of the kind arm64 apple-m1",))

    monkeypatch.setattr(place_box, "look_at", look_at)
    assert not find(dialog, QLineEdit, "sweepSchedulerLineEdit").isVisible()
    choose_scheduler(dialog, "node-1")
    assert message(dialog) == "Looking for the Dask scheduler at tcp://node-1:8786…"
    assert not find(dialog, QPushButton, "sweepStartButton").isEnabled()
    qtbot.waitUntil(lambda: dialog.plan() is not None)
    assert find(dialog, QLabel, "sweepClusterLabel").text().startswith("3 workers, 12 runs at a time. Unlike this comp")
    assert not find(dialog, QSpinBox, "sweepJobsSpinBox").isVisible()
    choose(dialog, 1, "seed")
    find(dialog, QLineEdit, "sweepValues1LineEdit").setText(", ".join(map(str, range(20))))
    assert message(dialog).startswith("20 runs, 12 at a time")
    chosen = dialog.plan()
    assert chosen is not None
    assert chosen.scheduler == "tcp://node-1:8786"
    other = SweepDialog(BASE, 30, 4, jobs=jobs)
    qtbot.addWidget(other)
    find(other, QComboBox, "sweepPlaceComboBox").setCurrentIndex(1)
    qtbot.waitUntil(lambda: other.plan() is not None)
    assert asked == ["tcp://node-1:8786"] * 2
    find(other, QComboBox, "sweepPlaceComboBox").setCurrentIndex(0)
    here = other.plan()
    assert here is not None
    assert here.scheduler == ""


def test_why_a_scheduler_is_not_reached_is_said_and_it_need_not_be_waited_for(
    dialog: SweepDialog, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    going_on = threading.Event()

    def look_at(address: str) -> ClusterState:
        going_on.wait()
        raise SweepError("It is not there.")

    monkeypatch.setattr(place_box, "look_at", look_at)
    find(dialog, QComboBox, "sweepPlaceComboBox").setCurrentIndex(1)
    assert message(dialog).startswith("Type the address of a Dask scheduler")
    choose_scheduler(dialog, "http://node")
    assert "“http://node” is no address of a Dask scheduler" in message(dialog)
    choose_scheduler(dialog, "node-2")
    qtbot.mouseClick(find(dialog, QPushButton, "sweepConnectCancelButton"), Qt.MouseButton.LeftButton)
    assert "press Connect to look for it again" in message(dialog)
    going_on.set()
    qtbot.mouseClick(find(dialog, QPushButton, "sweepConnectButton"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: message(dialog) == "It is not there.")
    assert dialog.plan() is None


def test_start_asks_for_the_sweep(dialog: SweepDialog, qtbot: QtBot) -> None:
    expected = dialog.plan()
    with qtbot.waitSignal(dialog.sweepRequested) as caught:
        qtbot.mouseClick(find(dialog, QPushButton, "sweepStartButton"), Qt.MouseButton.LeftButton)
    assert caught.args == [expected]
    assert not dialog.isVisible()


# -- the sweep ---------------------------------------------------------------------------------------------------------


class Bench(QObject):
    """A panel, and what the window does with its signals."""

    def __init__(self, jobs: Jobs) -> None:
        super().__init__()
        self.panel = RunsPanel(Workbench(), jobs)
        self.dataset = make_dataset()
        self.panel.workbench.set_data(OpenData(self.dataset, "digits"))
        self.panel.workbench.set_config(BASE)
        self.runs: list[Run] = []
        notices = Notices(self.panel)
        self.said, self.errors = notices.notes, notices.warnings
        self.panel.sweepFinishedRun.connect(self.keep)

    def keep(self, run: Run) -> None:
        self.runs.append(run)
        self.panel.set_runs(tuple(self.runs), "")

    def begin(self, configs: list[TrainingConfig], jobs: int, field: str = "seed") -> None:
        self.panel.sweeping.begin(SweepPlan(tuple(configs), (field,), jobs))

    def is_idle(self) -> bool:
        return not self.panel.sweeping.is_working


@pytest.fixture
def bench(qtbot: QtBot, jobs: Jobs) -> Bench:
    bench = Bench(jobs)
    qtbot.addWidget(bench.panel)
    bench.panel.resize(770, 300)
    bench.panel.show()
    qtbot.waitExposed(bench.panel)
    return bench


@pytest.mark.parametrize("at_a_time", [1, 2])
def test_runs_come_in_one_by_one_and_are_the_runs_alone(bench: Bench, qtbot: QtBot, at_a_time: int) -> None:
    configs = plan(BASE, {"corruption": [Masking(0.0), Masking(0.5)]})
    bench.begin(configs, at_a_time, "corruption")
    assert find(bench.panel, QProgressBar, "sweepProgressBar").isVisible()
    assert "0 of 2 runs" in find(bench.panel, QProgressBar, "sweepProgressBar").format()
    qtbot.waitUntil(bench.is_idle)
    assert bench.errors == []
    assert bench.said[-1] == "Sweep done: 2 runs"
    assert find(bench.panel, QPushButton, "sweepButton").isVisible()
    assert sorted(run.label.name for run in bench.runs) == ["masking 0 %", "masking 50 %"]
    for run in bench.runs:
        trainer = Trainer(bench.dataset, run.config)
        for _ in train(trainer):
            pass
        np.testing.assert_array_equal(run.model.W, trainer.model.W)
        assert run.figures is not None
        expected = HeldOut(bench.dataset, run.config.corruption).evaluate(trainer.model).mse
        assert run.figures.mse == pytest.approx(expected, rel=1e-6)
        assert run.data == DataReference.of(bench.dataset, "digits")
        assert run.checkpoint.iteration == len(run.record.errors) == BASE.iterations
    assert is_fair_pair(*bench.runs).is_fair
    assert {run.label.color for run in bench.runs} == {0, 1}
    assert bench.panel.shown_keys() == {run.label.key for run in bench.runs}, "their curves are shown"


def test_runs_of_a_sweep_have_the_snapshots_that_were_asked_for(bench: Bench, qtbot: QtBot) -> None:
    bench.panel.sweeping.begin(SweepPlan((BASE, BASE.replace(seed=8)), ("seed",), 2, 10**6))
    qtbot.waitUntil(bench.is_idle)
    assert bench.errors == []
    for run in bench.runs:
        assert [snapshot.iteration for snapshot in run.snapshots] == [(2 * k) ** 2 for k in range(6)]


def test_the_window_of_a_sweep_opens_and_starts_it(bench: Bench, qtbot: QtBot) -> None:
    qtbot.mouseClick(find(bench.panel, QPushButton, "sweepButton"), Qt.MouseButton.LeftButton)
    dialog = find(bench.panel, SweepDialog, "sweepDialog")
    choose(dialog, 1, "hidden_units")
    type_values(qtbot, dialog, 1, "3")
    qtbot.mouseClick(find(dialog, QPushButton, "sweepStartButton"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(bench.is_idle)
    assert [run.label.name for run in bench.runs] == ["3 hidden units"]
    assert [run.config for run in bench.runs] == [BASE.replace(hidden_units=3)]


@pytest.mark.parametrize("data", [None, OpenData(make_dataset(), is_stand_in=True)])
def test_without_data_there_is_no_sweep(qtbot: QtBot, data: OpenData | None) -> None:
    with shown_panel(qtbot, RunsPanel) as panel:
        if data is not None:
            panel.workbench.set_data(data)
        with qtbot.waitSignal(Notices(panel).noted) as said:
            panel.sweeping.ask()
        assert said.args == ["There is no data to train on yet"]
        panel.sweeping.begin(SweepPlan((BASE,), ("seed",), 1))
        assert not panel.sweeping.is_working


@proc
def test_cancel_ends_the_processes_and_keeps_what_is_done(bench: Bench, qtbot: QtBot) -> None:
    bench.begin([BASE, *plan(ENDLESS, {"seed": [1, 2]})], 2)
    qtbot.waitUntil(lambda: len(bench.runs) == 1)
    qtbot.waitUntil(lambda: "1 of 3 runs" in bench.panel.sweeping.line.bar.format())
    assert workers()
    qtbot.mouseClick(find(bench.panel, QPushButton, "sweepCancelButton"), Qt.MouseButton.LeftButton)
    assert bench.is_idle()
    assert bench.said[-1] == "Sweep cancelled: 1 of 3 runs were done and are kept"
    qtbot.waitUntil(lambda: not workers())
    assert len(bench.runs) == 1
    assert bench.errors == []
    bench.begin([BASE], 1)  # and another one can begin
    qtbot.waitUntil(bench.is_idle)
    assert len(bench.runs) == 2


def test_a_run_that_was_on_its_way_when_it_was_cancelled_does_not_come(bench: Bench, qtbot: QtBot) -> None:
    bench.begin([BASE], 1)
    qtbot.waitUntil(bench.is_idle)
    (run,) = bench.runs
    bench.begin([ENDLESS], 1)
    # Private: a run that arrives at the very moment of cancelling cannot be made to.
    arrived = bench.panel.sweeping._arrived
    bench.panel.sweeping.cancel()
    arrived.append(run)
    bench.begin([BASE.replace(seed=5)], 1)
    qtbot.waitUntil(bench.is_idle)
    assert [run.config.seed for run in bench.runs] == [BASE.seed, 5]


@proc
def test_closing_in_the_middle_leaves_nothing(bench: Bench, jobs: Jobs, qtbot: QtBot) -> None:
    bench.begin(plan(ENDLESS, {"seed": [1, 2, 3]}), 2)
    qtbot.waitUntil(lambda: len(workers()) == 2)
    bench.panel.hide()
    jobs.shutdown()  # what the window does when it is closed
    assert workers() == []
    QApplication.processEvents()
    assert bench.errors == []
    bench.panel.sweeping.cancel()


@proc
def test_a_killed_process_is_said_in_a_sentence(bench: Bench, qtbot: QtBot) -> None:
    bench.begin([BASE, *plan(ENDLESS, {"seed": [1, 2]})], 2)
    qtbot.waitUntil(lambda: len(bench.runs) == 1 and len(workers()) == 2)
    os.kill(workers()[0], signal.SIGKILL)
    qtbot.waitUntil(bench.is_idle)
    assert len(bench.errors) == 1
    assert "was killed, or the memory did not suffice" in bench.errors[0]
    assert bench.errors[0].endswith("The 1 finished of 3 runs are kept.")
    assert not bench.panel.sweeping.line.is_working()


def test_a_scheduler_that_is_gone_is_said_in_a_sentence(bench: Bench, qtbot: QtBot) -> None:
    pytest.importorskip("distributed")
    bench.panel.sweeping.begin(SweepPlan((BASE,), ("seed",), 1, scheduler="tcp://127.0.0.1:1"))
    qtbot.waitUntil(bench.is_idle)
    (said,) = bench.errors
    assert said.startswith("The Dask scheduler at tcp://127.0.0.1:1 cannot be reached: connection refused.")


def test_lack_of_memory_is_said_in_a_sentence(bench: Bench, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    def run_out(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(sweep_module, "run_one", run_out)
    bench.begin([BASE], 1)
    qtbot.waitUntil(bench.is_idle)
    assert bench.errors == ["The sweep ended early: there is not enough memory. Fewer runs at a time need less of it."]


def test_a_full_disk_ends_a_sweep_in_a_sentence(bench: Bench, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "the temporary folder")

    monkeypatch.setattr(tempfile, "TemporaryDirectory", full)
    bench.begin([BASE, BASE.replace(seed=3)], 2)
    qtbot.waitUntil(bench.is_idle)
    assert bench.errors == ["The sweep ended early: the temporary folder: No space left on device."]


def test_a_sweep_of_a_run_with_own_code_trains_with_the_programs_gradient(bench: Bench, qtbot: QtBot) -> None:
    bench.panel.workbench.set_config(BASE.replace(own_backward="x = 1\n"))
    bench.panel.sweeping.ask()
    assert bench.said == ["A sweep trains with the program's exact gradient, not with a backward of your own"]
    (dialog,) = bench.panel.findChildren(SweepDialog)
    chosen = dialog.plan()
    assert chosen is not None
    assert not any(config.own_backward for config in chosen.configs)
    dialog.reject()


def test_a_second_sweep_waits_for_the_first(bench: Bench, qtbot: QtBot) -> None:
    bench.begin([ENDLESS], 1)
    bench.panel.sweeping.ask()
    assert bench.said == ["A sweep goes on: cancel it, or wait until it is done"]
    # Private: nothing shows which of two jobs goes on.
    first = bench.panel.sweeping._job
    bench.begin([BASE], 1)
    assert bench.panel.sweeping._job is first
    bench.panel.sweeping.cancel()
