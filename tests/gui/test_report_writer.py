"""Writing the report from the window: two files, in the background, with progress and Cancel."""

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from dae_gui.exports.report_writer import ReportWriter, report_input
from PySide6.QtWidgets import QProgressDialog, QWidget
from pytestqt.qtbot import QtBot

from dae_core.evaluation.comparison import Bench, Judged
from dae_core.jobs import Monitor
from dae_core.model.autoencoder import AutoEncoder
from dae_core.report.measurements import ReportInput
from dae_core.sessions.model_file import SavedModel
from dae_core.training.config import TrainingConfig
from dae_core.training.history import History
from dae_core.training.progress import Progress
from dae_gui.support.jobs import Jobs
from dae_gui.workbench.workbench import Workbench
from helpers.datasets import small_dataset
from helpers.widgets import Notices


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[QWidget]:
    made = QWidget()
    made.show()
    yield made
    made.close()
    made.deleteLater()


@pytest.fixture
def writer(window: QWidget, jobs: Jobs) -> ReportWriter:
    return ReportWriter(window, Workbench(window), jobs, lambda: None)


@pytest.fixture
def notices(window: QWidget) -> Notices:
    return Notices(window)


@pytest.fixture(autouse=True)
def quick_comparison(monkeypatch: pytest.MonkeyPatch) -> None:
    def judge(bench: Bench, monitor: Monitor) -> tuple[Judged, ...]:
        monitor.stage(1.0, 1.0, "done")
        return (bench.judge("noisy", "as it is", bench.noisy),)

    monkeypatch.setattr("dae_core.report.measurements.judge_others", judge)


@pytest.fixture
def about() -> ReportInput:
    model = AutoEncoder.random(64, 9, np.random.default_rng(0))
    history = History()
    errors = np.linspace(90, 30, 200, dtype=np.float32)
    history.append(Progress(200, 200, errors, errors / 100, 1.0, 0.1))
    saved = SavedModel(model, TrainingConfig(hidden_units=9), 200, "blobs", (8, 8))
    return report_input(saved, small_dataset(), history, 1.5)


def test_it_writes_a_web_page_and_a_pdf(
    writer: ReportWriter, about: ReportInput, window: QWidget, notices: Notices, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "my report.html"
    bits = about.model.W.tobytes()
    with qtbot.waitSignal(notices.saved) as saved:
        writer.write(about, path)
        dialog = window.findChild(QProgressDialog, "reportProgressDialog")
        assert dialog is not None
        assert not dialog.isModal()
        assert writer.is_busy
    assert saved.args == [str(path)]
    assert not writer.is_busy
    text = path.read_text("utf-8")
    assert "fell from" in text
    assert "200 iterations" in text
    pdf = path.with_suffix(".pdf").read_bytes()
    assert pdf.startswith(b"%PDF")
    assert pdf.rstrip().endswith(b"%%EOF")
    assert len(pdf) > 50_000
    assert {file.name for file in tmp_path.iterdir()} == {"my report.html", "my report.pdf"}
    assert about.model.W.tobytes() == bits


def test_cancel_leaves_no_file(
    writer: ReportWriter,
    about: ReportInput,
    window: QWidget,
    notices: Notices,
    tmp_path: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun, go_on, ended = threading.Event(), threading.Event(), threading.Event()

    def judge(_bench: Bench, monitor: Monitor) -> tuple[Judged, ...]:
        begun.set()
        go_on.wait(120)
        try:
            monitor.stage(0.5, 1.0, "still at it")
        finally:
            ended.set()
        return ()

    monkeypatch.setattr("dae_core.report.measurements.judge_others", judge)
    writer.write(about, tmp_path / "report.html")
    qtbot.waitUntil(begun.is_set)
    dialog = window.findChild(QProgressDialog, "reportProgressDialog")
    assert dialog is not None
    qtbot.waitUntil(lambda: "Comparing" in dialog.labelText())
    assert dialog.value() > 0
    dialog.canceled.emit()
    assert not writer.is_busy
    go_on.set()
    qtbot.waitUntil(ended.is_set)
    assert list(tmp_path.iterdir()) == []
    assert not notices.files
    assert not notices.warnings


def test_a_folder_that_is_gone_is_told_in_a_sentence(
    writer: ReportWriter, about: ReportInput, notices: Notices, tmp_path: Path, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(notices.warned) as failed:
        writer.write(about, tmp_path / "gone" / "report.html")
    assert "gone" in failed.args[0]
    assert "No such file" in failed.args[0]
    assert ".part" not in failed.args[0]
