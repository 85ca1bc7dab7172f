"""The comparison dock: figures, staleness, live network row, views, copying, and files."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QFileDialog, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from dae_core.datasets import Dataset
from dae_core.evaluation.comparison import METRICS, Bench, judge_others, verdict
from dae_core.jobs import Monitor
from dae_core.model.corruption import Gaussian, Masking
from dae_core.training.config import TrainingConfig
from dae_gui.panels.comparison_panel import ComparisonPanel
from dae_gui.panels.comparison_panel import panel as panel_module
from dae_gui.support.theme import DARK, LIGHT, apply_theme
from dae_gui.workbench.facts import OpenData
from helpers.datasets import make_dataset
from helpers.models import make_model
from helpers.widgets import Notices, find, shown_panel, text

pytestmark = pytest.mark.usefixtures("few_tuning_images")

W = TypeVar("W", bound=QWidget)


def view(panel: QWidget, data: str) -> None:
    combo = find(panel, QComboBox, "compareViewComboBox")
    combo.setCurrentIndex(combo.findData(data))


@pytest.fixture
def empty_panel(qtbot: QtBot) -> Iterator[ComparisonPanel]:
    with shown_panel(qtbot, ComparisonPanel) as panel:
        yield panel


@pytest.fixture
def dataset() -> Dataset:
    return make_dataset()


@pytest.fixture
def panel(empty_panel: ComparisonPanel, dataset: Dataset) -> ComparisonPanel:
    empty_panel.workbench.set_data(OpenData(dataset))
    empty_panel.workbench.set_config(TrainingConfig(corruption=Gaussian(0.8)))
    empty_panel.workbench.set_model(make_model(dataset), 100)
    return empty_panel


def compare(qtbot: QtBot, panel: ComparisonPanel) -> None:
    qtbot.mouseClick(find(panel, QPushButton, "compareButton"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(panel.methods()) == 8)


def test_before_anything_it_says_what_to_do(empty_panel: ComparisonPanel, dataset: Dataset) -> None:
    assert "loaded" in text(empty_panel, "compareHintLabel")
    assert not find(empty_panel, QPushButton, "compareButton").isEnabled()
    empty_panel.workbench.set_data(OpenData(dataset))
    assert "“Compare”" in text(empty_panel, "compareHintLabel")
    assert find(empty_panel, QPushButton, "compareButton").isEnabled()
    assert not find(empty_panel, QPushButton, "compareExportButton").isEnabled()


def test_the_figures_are_those_of_the_core(qtbot: QtBot, panel: ComparisonPanel, dataset: Dataset) -> None:
    compare(qtbot, panel)
    bench = Bench(dataset, Gaussian(0.8), 500)
    methods = (*judge_others(bench, Monitor()), bench.judge_network(make_model(dataset)))
    rows = panel.table.row_texts()
    assert [row[0] for row in rows] == [method.name for method in methods]
    for row, method in zip(rows, methods, strict=True):
        for shown, metric, places in zip(row[2:], METRICS, (4, 2, 3), strict=True):
            assert float(shown.replace("−", "-")) == pytest.approx(method.mean(metric), abs=0.51 * 10**-places)
    said = text(panel, "compareVerdictLabel")
    assert said.startswith(verdict(methods))
    assert "Iteration 100." in said
    assert "60 of 60 held-out digits" in said
    bold = [panel.table.item(row, 2).font().bold() for row in range(8)]
    assert bold.index(True) == int(np.argmin([method.mean("mse") for method in methods]))
    assert sum(bold) == 1


def test_only_the_network_follows_the_weights(
    qtbot: QtBot, panel: ComparisonPanel, dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    compare(qtbot, panel)
    before = panel.table.row_texts()
    monkeypatch.setattr(panel_module, "judge_others", lambda *_: pytest.fail("tuned again"))
    other = make_model(dataset, 5)
    panel.workbench.set_model(other, 200)
    qtbot.waitUntil(lambda: "Iteration 200." in text(panel, "compareVerdictLabel"))
    after = panel.table.row_texts()
    assert after[:-1] == before[:-1]
    expected = Bench(dataset, Gaussian(0.8), 500).judge_network(other).mean("mse")
    assert float(after[-1][2]) == pytest.approx(expected, abs=5e-5)


def test_a_hidden_panel_judges_nothing(
    qtbot: QtBot, panel: ComparisonPanel, dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    compare(qtbot, panel)
    panel.hide()
    asked: list[str] = []
    monkeypatch.setattr(panel, "ask", lambda name, *_: asked.append(name))
    panel.workbench.set_model(make_model(dataset, 5), 200)
    QApplication.processEvents()
    assert asked == []
    panel.show()
    qtbot.waitUntil(lambda: asked == ["network"])


@pytest.mark.parametrize("change", ["noise", "count", "clip"])
def test_results_that_no_longer_fit_are_dropped(qtbot: QtBot, panel: ComparisonPanel, change: str) -> None:
    compare(qtbot, panel)
    if change == "noise":
        panel.workbench.set_config(TrainingConfig(corruption=Gaussian(0.9)))
    elif change == "count":
        box = find(panel, QComboBox, "compareCountComboBox")
        box.insertItem(0, "2 images", 2)  # the data set of this test is too small for a choice
        box.setCurrentIndex(0)
    else:
        find(panel, QCheckBox, "compareClipCheckBox").click()
    qtbot.waitUntil(lambda: panel.methods() == ())
    assert "dropped" in text(panel, "compareHintLabel")
    assert text(panel, "compareVerdictLabel") == ""


def test_another_data_set_forgets_all(qtbot: QtBot, panel: ComparisonPanel) -> None:
    compare(qtbot, panel)
    panel.workbench.set_data(OpenData(make_dataset((5, 6), labels=False)))
    assert panel.methods() == ()
    assert panel.model is None
    panel.workbench.set_model(make_model(make_dataset((5, 6))), 0)
    compare(qtbot, panel)
    view(panel, "psnr")
    assert "not known" in text(panel, "compareHintLabel")


def test_cancel_brings_the_button_back(qtbot: QtBot, panel: ComparisonPanel, monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(_bench: Bench, work: Monitor) -> None:
        work.stage(0.3, 1.0, "tuning")
        while True:
            work.check()

    monkeypatch.setattr(panel_module, "judge_others", endless)
    qtbot.mouseClick(find(panel, QPushButton, "compareButton"), Qt.MouseButton.LeftButton)
    bar = panel.line.bar
    qtbot.waitUntil(lambda: bar.value() == 300)
    assert "tuning" in bar.format()
    qtbot.mouseClick(find(panel, QPushButton, "compareCancelButton"), Qt.MouseButton.LeftButton)
    assert find(panel, QPushButton, "compareButton").isVisible()
    assert not panel.line.is_working()
    assert panel.methods() == ()


def test_a_change_of_noise_ends_the_work(qtbot: QtBot, panel: ComparisonPanel, monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(_bench: Bench, work: Monitor) -> None:
        while True:
            work.check()

    monkeypatch.setattr(panel_module, "judge_others", endless)
    panel.compare()
    panel.workbench.set_config(TrainingConfig(corruption=Masking(0.3)))
    qtbot.waitUntil(lambda: not panel.line.is_working())
    assert not find(panel, QCheckBox, "compareClipCheckBox").isEnabled()


def test_what_fails_is_told(qtbot: QtBot, panel: ComparisonPanel, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(panel_module, "judge_others", broken)
    with qtbot.waitSignal(Notices(panel).warned) as told:
        panel.compare()
    assert "not enough memory" in told.args[0]
    assert find(panel, QPushButton, "compareButton").isVisible()


def test_classes_and_pictures(qtbot: QtBot, panel: ComparisonPanel, dataset: Dataset) -> None:
    compare(qtbot, panel)
    bench = Bench(dataset, Gaussian(0.8), 500)
    assert bench.labels is not None
    noisy = bench.judge("noisy", "", bench.noisy)
    for metric, places in zip(METRICS, (4, 2, 3), strict=True):
        view(panel, metric)
        shown = panel.table.row_texts()[0]
        expected = noisy.class_means(metric, bench.labels)
        assert [float(one.replace("−", "-")) for one in shown[1:]] == pytest.approx(
            [expected[c] for c in (0, 1, 2)], abs=0.51 * 10**-places
        )
    view(panel, "pictures")
    assert panel.strip.names()[:2] == ("clean", "noisy")
    assert panel.strip.names()[-1] == "network"
    picture = panel.strip.array()
    assert picture is not None
    np.testing.assert_allclose(picture[:9, :8], dataset.to_pixels(bench.clean[0]), atol=1e-6)
    np.testing.assert_allclose(picture[:9, 10:18], dataset.to_pixels(bench.noisy[0]), atol=1e-6)
    image = panel.strip.export_image()
    assert image.height() > panel.strip.to_qimage(image.width() // picture.shape[1]).height()  # the names above
    panel.resize(750, 600)
    QApplication.processEvents()
    taller = panel.strip.array()
    assert taller is not None
    assert taller.shape[0] > picture.shape[0]


def test_diverged_weights_are_no_exception(qtbot: QtBot, panel: ComparisonPanel, dataset: Dataset) -> None:
    model = make_model(dataset)
    model.W[:] = np.nan
    panel.workbench.set_model(model, 300)
    compare(qtbot, panel)
    assert panel.table.row_texts()[-1][2:] == ["–", "–", "–"]
    assert "diverged" in text(panel, "compareVerdictLabel")
    for data in ("mse", "ssim", "pictures"):
        view(panel, data)
        panel.grab()


def test_sorting_and_copying(qtbot: QtBot, panel: ComparisonPanel) -> None:
    compare(qtbot, panel)
    header = panel.table.horizontalHeader()
    header.setSortIndicator(2, Qt.SortOrder.AscendingOrder)
    values = [float(row[2]) for row in panel.table.row_texts()]
    assert values == sorted(values)
    # Private: shown anew, as at another theme.
    panel._show()
    assert [float(row[2]) for row in panel.table.row_texts()] == values
    header.setSortIndicator(3, Qt.SortOrder.DescendingOrder)
    values = [float(row[3]) for row in panel.table.row_texts()]
    assert values == sorted(values, reverse=True)
    header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
    assert panel.table.row_texts()[0][0] == "noisy input"
    panel.table.setFocus()
    qtbot.keyClick(panel.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QApplication.clipboard().text().splitlines()
    assert lines[0].split("\t") == ["Method", "Setting, tuned on training images", "MSE", "PSNR (dB)", "SSIM"]
    assert [line.split("\t") for line in lines[1:]] == panel.table.row_texts()
    panel.table.selectRow(1)
    qtbot.keyClick(panel.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text().split("\t") == panel.table.row_texts()[1]


def test_csv(qtbot: QtBot, panel: ComparisonPanel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not panel.export_csv(tmp_path / "early.csv")
    compare(qtbot, panel)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "figures"), ""))
    with qtbot.waitSignal(Notices(panel).saved):
        qtbot.mouseClick(find(panel, QPushButton, "compareExportButton"), Qt.MouseButton.LeftButton)
    lines = [line for line in (tmp_path / "figures.csv").read_text().splitlines() if line[0] != "#"]
    rows = list(csv.DictReader(lines))
    assert [float(row["mse"]) for row in rows] == [method.mean("mse") for method in panel.methods()]
    with qtbot.waitSignal(Notices(panel).warned) as told:
        panel.export_csv(tmp_path / "nowhere" / "figures.csv")
    assert "nowhere" in told.args[0]


def test_looking_never_changes_the_weights(qtbot: QtBot, panel: ComparisonPanel, dataset: Dataset) -> None:
    model = make_model(dataset)
    panel.workbench.set_model(model, 400)
    compare(qtbot, panel)
    for name, array in make_model(dataset).parameters.items():
        np.testing.assert_array_equal(model.parameters[name], array)


def test_controls_are_named_and_the_theme_may_change(qtbot: QtBot, panel: ComparisonPanel, qapp: QApplication) -> None:
    compare(qtbot, panel)
    for kind in (QPushButton, QComboBox, QCheckBox):
        for control in panel.findChildren(kind):
            if control.objectName().startswith("qt_"):
                continue
            assert control.objectName().startswith("compare")
            assert control.accessibleName()
            assert control.toolTip()
    try:
        for theme in (DARK, LIGHT):
            apply_theme(qapp, theme)
            QApplication.processEvents()
            panel.grab()
    finally:
        apply_theme(qapp, LIGHT)
