"""File > Export: formats, the dialog of check boxes, everything into a folder, and what goes wrong."""

import csv
import json
import os
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.dom import minidom

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication, QImage
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QMainWindow,
    QMenu,
    QProgressDialog,
    QPushButton,
    QTreeWidget,
)
from pytestqt.qtbot import QtBot

from dae_core.datasets import Dataset
from dae_core.exporting.files import FORMATS
from dae_core.jobs import Monitor
from dae_core.model.autoencoder import AutoEncoder
from dae_core.model.corruption import Gaussian
from dae_core.sessions.model_file import load_model
from dae_core.sessions.run import Label, Run
from dae_core.training.config import TrainingConfig
from dae_core.training.history import History
from dae_core.training.trainer import Trainer
from dae_gui.exports import Exports, writing
from dae_gui.exports.dialog import ExportDialog
from dae_gui.exports.figures import Figure
from dae_gui.exports.formats import FOLDER, action_name
from dae_gui.exports.request import ExportRequest, file_stem, new_folder
from dae_gui.exports.result import ExportResult
from dae_gui.exports.writing import write_export, write_file
from dae_gui.support.file_dialogs import remember_folder
from dae_gui.support.jobs import Jobs
from dae_gui.window import actions as action_table
from dae_gui.window import menus
from dae_gui.workbench.facts import OpenData
from dae_gui.workbench.state import State
from dae_gui.workbench.workbench import Workbench
from helpers.datasets import make_dataset
from helpers.questions import Answered
from helpers.sessions import run_of
from helpers.widgets import Notices

CONFIG = TrainingConfig(hidden_units=9, iterations=300, learning_rate=0.002, corruption=Gaussian(0.5), seed=3)
NUMBERS = ["history.csv", "history.npz", "images.npz", "model-card.md", "model.npz", "model.onnx", "model.safetensors"]
NUMBERS += ["rebuild.ipynb", "rebuild.py"]
FIGURES = ["curve-error", "curve-held-out", "curves", "filters-V", "filters-W", "ten-digits"]


@dataclass
class Place:
    """A window with the real menus, and what the commands told."""

    window: QMainWindow
    exports: Exports
    actions: dict[str, QAction]
    workbench: Workbench
    notices: Notices
    run: Run | None

    def choose(self, name: str) -> None:
        """Choose an entry of File > Export, found in the menus as a person finds it."""
        (menu,) = [menu for menu in self.window.findChildren(QMenu) if menu.title() == "&Export"]
        (action,) = [action for action in menu.actions() if action.objectName() == name]
        assert action.isEnabled()
        action.trigger()


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return make_dataset()


@pytest.fixture(scope="module")
def run(dataset: Dataset) -> Run:
    return make_run(dataset)


def make_run(dataset: Dataset, name: str = "Run 1", iterations: int = 300) -> Run:
    trainer, history = Trainer(dataset, CONFIG), History()
    while trainer.iteration < iterations:
        history.append(trainer.advance(100))
        history.held_out.append((trainer.iteration, 150.0 - trainer.iteration / 10))
    run = run_of(trainer, history, "digits", label=Label.new(name))
    trainer.close()
    return run


@pytest.fixture
def place(qtbot: QtBot, jobs: Jobs, run: Run, dataset: Dataset, tmp_path: Path) -> Iterator[Place]:
    native = Qt.ApplicationAttribute.AA_DontUseNativeDialogs
    before = QApplication.testAttribute(native)
    QApplication.setAttribute(native)
    window = QMainWindow()
    qtbot.addWidget(window)
    (tmp_path / "out").mkdir()
    remember_folder(FOLDER, tmp_path / "out")
    actions = action_table.create_actions(window)
    menus.build_menus(window, actions, [], [], [QAction(window)])
    workbench = Workbench(window)
    workbench.set_data(OpenData(dataset))

    def request_run(on_run: Callable[[Run], None], on_failed: Callable[[str], None]) -> None:
        on_failed("There is no run.") if place.run is None else on_run(place.run)

    exports = Exports(window, workbench, jobs, request_run)
    exports.connect_actions(actions)
    place = Place(window, exports, actions, workbench, Notices(window), run)
    menus.show_state(actions, workbench)
    window.show()
    qtbot.waitExposed(window)
    ExportDialog.left_out = frozenset({".pdf"})
    yield place
    window.close()
    QApplication.setAttribute(native, before)


def file_dialog(place: Place) -> QFileDialog:
    (dialog,) = [d for d in place.window.findChildren(QFileDialog, "exportFileDialog") if d.isVisible()]
    return dialog


def save_as(qtbot: QtBot, place: Place, action: str, path: Path) -> None:
    """Choose a menu entry, type a name, press Save, and wait for the file."""
    place.choose(action)
    dialog = file_dialog(place)
    dialog.findChild(QLineEdit).setText(str(path))
    with qtbot.waitSignal(place.notices.saved):
        dialog.accept()


def result(qtbot: QtBot, place: Place) -> ExportResult:
    qtbot.waitUntil(lambda: bool(place.window.findChildren(ExportResult)))
    (dialog,) = place.window.findChildren(ExportResult)
    return dialog


def test_the_menu_is_for_data_and_has_keys(place: Place) -> None:
    menus.show_state(place.actions, Workbench(place.window))
    names = [name for name in action_table.EXPORT_MENU if name is not None]
    assert not any(place.actions[name].isEnabled() for name in names)
    place.workbench.set_state(State.RUNNING)
    menus.show_state(place.actions, place.workbench)
    assert all(place.actions[name].isEnabled() for name in names)
    assert place.actions["exportAction"].shortcut().toString() == "Ctrl+E"
    assert place.actions["exportAllAction"].shortcut().toString() == "Ctrl+Shift+E"
    assert {action_name(row) for row in FORMATS.values()} <= set(names)


# -- one format ----------------------------------------------------------------------------------------------------


def test_parameters_are_the_runs(qtbot: QtBot, place: Place, run: Run, tmp_path: Path) -> None:
    save_as(qtbot, place, "exportNpzAction", tmp_path / "weights.npz")
    with np.load(tmp_path / "weights.npz") as archive:
        for name, array in run.model.parameters.items():
            np.testing.assert_array_equal(archive[name], array)
    save_as(qtbot, place, "exportSafetensorsAction", tmp_path / "m.safetensors")
    saved = load_model(tmp_path / "m.safetensors")
    np.testing.assert_array_equal(saved.model.W, run.model.W)
    assert saved.iteration == 300
    assert place.notices.files == [str(tmp_path / "weights.npz"), str(tmp_path / "m.safetensors")]
    assert not place.notices.warnings
    assert not place.notices.notes
    assert not place.window.findChildren(ExportResult), "one file needs no list"


def test_history_is_the_runs(qtbot: QtBot, place: Place, run: Run, tmp_path: Path) -> None:
    save_as(qtbot, place, "exportCsvAction", tmp_path / "h.csv")
    lines = [line for line in (tmp_path / "h.csv").read_text(encoding="utf-8").splitlines() if line[0] != "#"]
    errors = [float(row["error"]) for row in csv.DictReader(lines) if row["error"]]
    np.testing.assert_array_equal(np.float32(errors), run.record.errors)
    save_as(qtbot, place, "exportHistoryNpzAction", tmp_path / "h.npz")
    with np.load(tmp_path / "h.npz") as archive:
        np.testing.assert_array_equal(archive["error"], run.record.errors)


def test_onnx_gives_the_same_reconstructions(qtbot: QtBot, place: Place, run: Run, tmp_path: Path) -> None:
    runtime = pytest.importorskip("onnxruntime")
    save_as(qtbot, place, "exportOnnxAction", tmp_path / "m.onnx")
    x = np.random.default_rng(0).normal(size=(7, run.model.n_inputs)).astype(np.float32)
    (y,) = runtime.InferenceSession(str(tmp_path / "m.onnx")).run(["y"], {"x": x})
    np.testing.assert_allclose(y, run.model.reconstruct(x), atol=1e-5)


def test_a_script_brings_its_images(qtbot: QtBot, place: Place, dataset: Dataset, tmp_path: Path) -> None:
    save_as(qtbot, place, "exportScriptAction", tmp_path / "again")
    compile((tmp_path / "again.py").read_text(encoding="utf-8"), "again.py", "exec")
    with np.load(tmp_path / "again-images.npz") as archive:
        np.testing.assert_array_equal(archive["train_images"], dataset.train_images)
    dialog = result(qtbot, place)
    names = [dialog.findChild(QTreeWidget).topLevelItem(i).text(0) for i in range(2)]
    assert names == ["again.py", "again-images.npz"]
    dialog.close()
    save_as(qtbot, place, "exportNotebookAction", tmp_path / "book.ipynb")
    assert json.loads((tmp_path / "book.ipynb").read_text(encoding="utf-8"))["nbformat"] == 4


@pytest.mark.parametrize("answer", [False, True])
def test_images_beside_a_script_are_not_replaced_unasked(
    qtbot: QtBot, place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: bool
) -> None:
    (tmp_path / "a-images.npz").write_text("mine")
    asked = Answered(monkeypatch, answer)
    if answer:
        save_as(qtbot, place, "exportScriptAction", tmp_path / "a.py")
    else:
        place.choose("exportScriptAction")
        dialog = file_dialog(place)
        dialog.findChild(QLineEdit).setText(str(tmp_path / "a.py"))
        dialog.accept()
        assert not place.exports.is_busy
        assert not (tmp_path / "a.py").exists()
    assert ((tmp_path / "a-images.npz").read_bytes() == b"mine") is not answer
    assert len(asked.texts) == 1
    assert "a-images.npz" in asked.texts[0]


def test_what_is_proposed_and_remembered(qtbot: QtBot, place: Place, dataset: Dataset, tmp_path: Path) -> None:
    place.run = make_run(dataset, "Run 2, wide/ä", 100)
    place.choose("exportNpzAction")
    dialog = file_dialog(place)
    assert dialog.selectedFiles() == [str(tmp_path / "out" / "run-2-wide-ä-model.npz")]
    dialog.reject()
    save_as(qtbot, place, "exportNpzAction", tmp_path / "x")
    place.choose("exportCsvAction")
    dialog = file_dialog(place)
    assert dialog.selectedFiles() == [str(tmp_path / "run-2-wide-ä-history.csv")]
    dialog.reject()


@pytest.mark.parametrize(("name", "stem"), [("Run 2", "run-2"), ("../../etc", "etc"), ("???", "run"), ("A_b", "a-b")])
def test_file_stems(run: Run, name: str, stem: str) -> None:
    assert file_stem(Run(run.checkpoint, run.data, run.record, label=Label("0a", name))) == stem


# -- everything ----------------------------------------------------------------------------------------------------


def test_everything_into_a_new_folder(qtbot: QtBot, place: Place, run: Run, tmp_path: Path) -> None:
    for folder in (tmp_path / "out" / "run-1-at-300", tmp_path / "out" / "run-1-at-300-2"):
        place.choose("exportAllAction")
        dialog = file_dialog(place)
        dialog.findChild(QLineEdit).setText(str(tmp_path / "out"))
        with qtbot.waitSignal(place.notices.saved) as saved:
            dialog.accept()
        assert saved.args == [str(folder)]
        pictures = [f"{name}{suffix}" for name in FIGURES for suffix in (".png", ".svg")]
        assert sorted(path.name for path in folder.iterdir()) == sorted([*NUMBERS, *pictures])
        for name in FIGURES:
            assert not is_blank(QImage(str(folder / f"{name}.png"))), name
            minidom.parse(str(folder / f"{name}.svg"))  # noqa: S318
        listed = result(qtbot, place)
        assert listed.findChild(QTreeWidget).topLevelItemCount() == len(NUMBERS) + len(pictures)
        assert str(folder) in listed.findChild(QLabel, "exportResultLabel").text()
        assert listed.findChild(QLabel, "exportNotesLabel") is None
        assert not listed.isModal()
        qtbot.mouseClick(listed.findChild(QPushButton, "exportCopyListButton"), Qt.MouseButton.LeftButton)
        assert str(folder / "model.npz") in QGuiApplication.clipboard().text().splitlines()
        listed.close()
        qtbot.waitUntil(lambda: not place.window.findChildren(ExportResult))
    with np.load(folder / "model.npz") as archive:
        np.testing.assert_array_equal(archive["V"], run.model.V)


def test_the_filters_picture_is_of_the_runs_weights(run: Run, tmp_path: Path) -> None:
    done = write_export(ExportRequest(run, None, tmp_path / "f", (), ("filters-W",), (".png",)), Monitor())
    (path,) = done.files
    image = QImage(str(path)).convertToFormat(QImage.Format.Format_Grayscale8)
    rows, columns = run.data.shape
    scale = image.width() // (3 * (columns + 1) - 1)
    assert scale >= 1
    unit, (row, column) = 4, (5, 3)  # the tile in the middle of nine
    y = (rows + 1 + row) * scale + scale // 2
    x = (columns + 1 + column) * scale + scale // 2
    weights = run.model.W.T.reshape(-1, rows, columns)
    from dae_core import mosaic

    _, level = mosaic.filters(run.model.W.T, run.data.shape)
    expected = 255 * np.clip((weights[unit, row, column] / level + 1) / 2, 0, 1)
    assert image.pixelColor(x, y).red() == pytest.approx(expected, abs=1.5)


def test_without_the_runs_data_set(qtbot: QtBot, place: Place, tmp_path: Path) -> None:
    place.workbench.set_data(OpenData(make_dataset(seed=99)))
    assert place.run is not None
    place.exports.start(ExportRequest(place.run, place.workbench.dataset, tmp_path / "all"))
    notes = result(qtbot, place).findChild(QLabel, "exportNotesLabel").text()
    assert "not the run's" in notes
    assert "no picture of digits" in notes
    assert not (tmp_path / "all" / "images.npz").exists()
    assert (tmp_path / "all" / "filters-W.png").exists()


def test_an_untrained_run_and_broken_weights(qtbot: QtBot, place: Place, dataset: Dataset, tmp_path: Path) -> None:
    trainer = Trainer(dataset, CONFIG)
    place.run = run_of(trainer, History(), "digits")
    trainer.close()
    place.exports.start(ExportRequest(place.run, dataset, tmp_path / "new"))
    notes = result(qtbot, place).findChild(QLabel, "exportNotesLabel").text()
    assert "no iterations yet" in notes
    assert not place.notices.warnings
    assert (tmp_path / "new" / "ten-digits.png").exists()
    run = make_run(dataset, iterations=100)
    model: AutoEncoder = run.model
    model.W[:, 2] = np.nan
    model.V[1] = np.inf
    done = write_export(ExportRequest(run, dataset, tmp_path / "nan"), Monitor())
    assert (tmp_path / "nan" / "filters-W.png") in done.files


# -- the dialog ----------------------------------------------------------------------------------------------------


def open_dialog(place: Place) -> ExportDialog:
    place.choose("exportAction")
    (dialog,) = place.window.findChildren(ExportDialog)
    return dialog


def check(qtbot: QtBot, dialog: ExportDialog, *names: str) -> None:
    """Leave just these boxes checked, with the keyboard."""
    for box in dialog.findChildren(QCheckBox):
        if box.isChecked() is not (box.objectName().removeprefix("export-") in names):
            box.setFocus()
            qtbot.keyClick(box, Qt.Key.Key_Space)


def test_some_of_it(qtbot: QtBot, place: Place, tmp_path: Path) -> None:
    dialog = open_dialog(place)
    folder = dialog.findChild(QLineEdit, "exportFolderLineEdit")
    assert folder.text() == str(tmp_path / "out" / "run-1-at-300")
    assert "Run 1, at iteration 300" in dialog.findChild(QLabel, "exportAboutLabel").text()
    button = dialog.findChild(QPushButton, "exportButton")
    check(qtbot, dialog)
    assert not button.isEnabled()
    check(qtbot, dialog, "filters-V")
    assert not button.isEnabled(), "a picture of no kind"
    check(qtbot, dialog, "npz", "csv", "filters-V", ".pdf")
    with qtbot.waitSignal(place.notices.saved):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    made = tmp_path / "out" / "run-1-at-300"
    assert sorted(path.name for path in made.iterdir()) == ["filters-V.pdf", "history.csv", "model.npz"]
    assert (made / "filters-V.pdf").read_bytes().startswith(b"%PDF")
    result(qtbot, place).close()
    qtbot.waitUntil(lambda: not place.window.findChildren(ExportDialog))
    again = open_dialog(place)
    assert again.request().formats == ["npz", "csv"], "what was chosen is proposed again"
    note = again.findChild(QLabel, "exportReplaceLabel")
    assert note.text() == ""
    again.findChild(QLineEdit, "exportFolderLineEdit").setText(str(made))
    assert note.text().startswith("3 files are there already and will be replaced: model.npz, history.csv")
    again.reject()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("~nobody-has-this-name/x", "there is no user of this name"),
        ("a" * 300, "too long"),
        ("a/" * 3000, "too long"),
        ("a\0b", "no name may have"),
    ],
)
def test_a_folder_that_cannot_be_is_told_below_it(place: Place, tmp_path: Path, typed: str, words: str) -> None:
    dialog = open_dialog(place)
    folder, note = dialog.findChild(QLineEdit, "exportFolderLineEdit"), dialog.findChild(QLabel, "exportReplaceLabel")
    folder.setText(typed)
    assert words in note.text()
    assert not dialog.findChild(QPushButton, "exportButton").isEnabled()
    dialog.accept()
    assert not place.exports.is_busy
    folder.setText(str(tmp_path / "sound"))
    assert note.text() == ""
    assert dialog.findChild(QPushButton, "exportButton").isEnabled()
    dialog.reject()


def test_the_very_files_that_are_written_are_asked_about(
    qtbot: QtBot, place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Among them the images that the script reads, which have no box of their own."""
    asked = Answered(monkeypatch)
    names = ["model.npz", "rebuild.py", "images.npz", "filters-V.png"]
    for name in (*names, "history.csv"):
        (tmp_path / name).write_text("mine")
    dialog = open_dialog(place)
    check(qtbot, dialog, "npz", "script", "filters-V", ".png")
    dialog.findChild(QLineEdit, "exportFolderLineEdit").setText(str(tmp_path))
    dialog.accept()
    assert not place.exports.is_busy
    assert asked.texts == ["“model.npz”, “rebuild.py”, “images.npz” and 1 more are there already. Replace them?"]
    assert {path.name for path in dialog.request().replaced()} == set(names)
    asked.answer = True
    with qtbot.waitSignal(place.notices.saved):
        dialog.accept()
    assert [name for name in names if (tmp_path / name).read_bytes() == b"mine"] == []
    assert (tmp_path / "history.csv").read_bytes() == b"mine"
    result(qtbot, place).close()


def test_a_kept_run(qtbot: QtBot, place: Place, dataset: Dataset, tmp_path: Path) -> None:
    kept = make_run(dataset, "Kept", 100)
    place.exports.export_run(kept)
    (dialog,) = place.window.findChildren(ExportDialog)
    assert dialog.windowTitle() == "Export Kept"
    check(qtbot, dialog, "npz")
    with qtbot.waitSignal(place.notices.saved) as saved:
        qtbot.mouseClick(dialog.findChild(QPushButton, "exportButton"), Qt.MouseButton.LeftButton)
    with np.load(saved.args[0]) as archive:
        np.testing.assert_array_equal(archive["W"], kept.model.W)
        assert not np.array_equal(archive["W"], place.run.model.W if place.run else None)


# -- what goes wrong -----------------------------------------------------------------------------------------------


def test_without_a_run(place: Place) -> None:
    place.run = None
    for name in ("exportNpzAction", "exportAllAction", "exportAction"):
        place.choose(name)
    assert place.notices.warnings == ["There is no run."] * 3
    assert not place.window.findChildren(QFileDialog)


def test_without_the_package_for_onnx(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dae_core.exporting.files.has_onnx", lambda: False)
    place.choose("exportOnnxAction")
    assert "pip install onnx" in place.notices.warnings[0]
    assert not place.window.findChildren(QFileDialog)


def test_everything_without_the_package_for_onnx(
    qtbot: QtBot, place: Place, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("dae_core.exporting.files.has_onnx", lambda: False)
    assert place.run is not None
    place.exports.start(ExportRequest(place.run, place.workbench.dataset, tmp_path / "a", ("onnx", "npz"), ()))
    assert "pip install onnx" in result(qtbot, place).findChild(QLabel, "exportNotesLabel").text()


@pytest.mark.skipif(
    sys.platform == "win32" or not hasattr(os, "geteuid") or os.geteuid() == 0,
    reason="the superuser may write everywhere",
)
def test_a_folder_that_may_not_be_written(qtbot: QtBot, place: Place, tmp_path: Path) -> None:
    (tmp_path / "locked").mkdir(mode=0o555)
    assert place.run is not None
    with qtbot.waitSignal(place.notices.warned) as failed:
        place.exports.start(ExportRequest(place.run, place.workbench.dataset, tmp_path / "locked" / "x"))
    assert "could not be made" in failed.args[0]


def test_a_file_in_the_folders_place(qtbot: QtBot, place: Place, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    assert place.run is not None
    with qtbot.waitSignal(place.notices.warned) as failed:
        place.exports.start(ExportRequest(place.run, place.workbench.dataset, tmp_path / "file"))
    assert "could not be made" in failed.args[0]
    assert (tmp_path / "file").read_text() == "mine"
    assert not place.exports.is_busy
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "curves.png").mkdir()
    with qtbot.waitSignal(place.notices.warned) as failed:
        place.exports.start(ExportRequest(place.run, place.workbench.dataset, tmp_path / "x", (), ("curves",)))
    assert "curves.png" in failed.args[0]
    assert "could not be saved" in failed.args[0]


def test_a_full_disk(qtbot: QtBot, place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("dae_core.files.os.fsync", full)
    assert place.run is not None
    with qtbot.waitSignal(place.notices.warned) as failed:
        # Private: what comes after the question for a file.
        place.exports._start(write_file, "npz", place.run, None, tmp_path / "m.npz")
    assert "No space left on device" in failed.args[0]
    assert not list(tmp_path.glob("*m.npz*")), "no half file"


def test_a_script_of_an_untrained_run(qtbot: QtBot, place: Place, dataset: Dataset, tmp_path: Path) -> None:
    trainer = Trainer(dataset, CONFIG)
    run = run_of(trainer, History(), "digits")
    trainer.close()
    with qtbot.waitSignal(place.notices.warned) as failed:
        # Private: as above.
        place.exports._start(write_file, "script", run, dataset, tmp_path / "a.py")
    assert "no iterations yet" in failed.args[0]
    assert not (tmp_path / "a.py").exists()


@pytest.fixture
def slow_work(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Let each figure wait until it may go on."""
    gate = threading.Event()
    figures = writing.FIGURES

    def waiting(draw: Callable[..., object]) -> Callable[..., object]:
        def wait(*arguments: object) -> object:
            gate.wait(120)
            return draw(*arguments)

        return wait

    slow = tuple(Figure(f.name, f.text, waiting(f.draw)) for f in figures)  # type: ignore[arg-type]
    monkeypatch.setattr(writing, "FIGURES", slow)
    yield gate
    gate.set()


def test_long_work_shows_how_far_it_is_and_is_cancelled(
    qtbot: QtBot, place: Place, jobs: Jobs, tmp_path: Path, slow_work: threading.Event
) -> None:
    assert place.run is not None
    place.exports.start(ExportRequest(place.run, place.workbench.dataset, tmp_path / "all"))
    (progress,) = place.window.findChildren(QProgressDialog)
    assert not progress.isVisible(), "not at once"
    qtbot.waitUntil(progress.isVisible)
    qtbot.waitUntil(lambda: progress.labelText() == "Writing filters-W.png …")
    assert progress.value() == round(1000 * 8 / 20)
    place.exports.start(ExportRequest(place.run, place.workbench.dataset, tmp_path / "other"))
    assert "Another export" in place.notices.warnings[0]
    (cancel,) = [button for button in progress.findChildren(QPushButton) if button.text() == "Cancel"]
    qtbot.mouseClick(cancel, Qt.MouseButton.LeftButton)
    assert not place.exports.is_busy
    slow_work.set()
    jobs.shutdown()
    assert place.notices.notes == ["The export was cancelled; the files that were written by then stay."]
    assert sorted(path.name for path in (tmp_path / "all").iterdir()) == NUMBERS
    assert not place.notices.files


def test_new_folder(run: Run, tmp_path: Path) -> None:
    for name in ("run-1-at-300", "run-1-at-300-2", "run-1-at-300-3"):
        assert new_folder(tmp_path, run) == tmp_path / name
        (tmp_path / name).mkdir()


def is_blank(image: QImage) -> bool:
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint32)
    return image.isNull() or bool((pixels == pixels[0]).all())
