"""The runs dock: the table, ticks, names and notes, copying, what differs, pairs of filters, and colours."""

import csv
import dataclasses
import io
import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pytest
from PySide6.QtCore import QObject, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QAction, QColor, QContextMenuEvent, QImage
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QFileDialog,
    QLabel,
    QLayout,
    QLineEdit,
    QMenu,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from dae_core.datasets import Dataset
from dae_core.evaluation.held_out import Figures, HeldOut
from dae_core.evaluation.linear_denoiser import PixelStatistics, linear_bound
from dae_core.jobs import Monitor
from dae_core.model.autoencoder import AutoEncoder
from dae_core.model.corruption import Gaussian, Masking
from dae_core.mosaic import filters
from dae_core.sessions.data_reference import DataReference
from dae_core.sessions.run import Label, Run
from dae_core.sessions.run_comparison import paired_filters
from dae_core.sweeps.run_columns import Kind
from dae_core.training.config import TrainingConfig
from dae_core.training.divergence import Divergence
from dae_core.training.history import Record
from dae_core.training.progress import Checkpoint
from dae_core.training.start import start_model
from dae_gui.panels.runs_panel import RunsPanel
from dae_gui.panels.runs_panel.run_model import COLOR_ROLE, CURVE, KEYS, PLACES, SECOND_LINE_ROLE, THUMBNAIL_ROLE
from dae_gui.panels.runs_panel.run_table import RunTable
from dae_gui.panels.runs_panel.table_memory import TableMemory
from dae_gui.panels.runs_panel.thumbnails import ThumbnailRequest, make_thumbnails
from dae_gui.support.settings_file import settings_file
from dae_gui.support.theme import (
    DARK,
    DARK_COLORS,
    LIGHT,
    LIGHT_COLORS,
    N_RUN_COLORS,
    Theme,
    apply_theme,
    run_color,
    run_pattern,
)
from dae_gui.workbench.facts import OpenData
from dae_gui.workbench.state import State
from helpers.widgets import Notices, find, shown_panel

W = TypeVar("W", bound=QObject)
SHAPE = (6, 5)
BASE = TrainingConfig(hidden_units=7, iterations=50, seed=1)


def make_dataset(seed: int = 0) -> Dataset:
    rng = np.random.default_rng(seed)
    images = rng.integers(0, 256, (60, *SHAPE)).astype(np.uint8)
    return Dataset("noise", images[:40], None, images[40:], None)


DATASET = make_dataset()
DATA = DataReference.of(DATASET, "")


def make_run(
    name: str,
    config: TrainingConfig = BASE,
    *,
    iteration: int = 50,
    mse: float | None = 0.5,
    color: int = 0,
    created: str = "2026-01-01T10:00:00+00:00",
    data: DataReference = DATA,
    notes: str = "",
    origin: str = "",
    divergence: Divergence | None = None,
) -> Run:
    model = start_model(data.n_inputs, config)
    model.V[:] = np.random.default_rng(color).normal(0, 0.2, model.V.shape)
    checkpoint = Checkpoint(config, model, iteration, 0, config.iterations, 0.25 * iteration, divergence=divergence)
    curve = np.ones(iteration, np.float32)
    figures = None if mse is None else Figures(mse, 10.0, 20, data.n_inputs, 0.25)
    label = Label(f"{name.encode().hex()}", name, notes, color, created, origin)
    return Run(checkpoint, data, Record(curve, curve, (), ()), label=label, figures=figures)


def key_of(name: str) -> str:
    return name.encode().hex()


A = make_run("first", mse=0.3, color=0, created="2026-01-01T10:00:00+00:00")
B = make_run("second", BASE.replace(corruption=Masking(0.25)), mse=0.1, color=1, created="2026-01-01T11:00:00+00:00")
B.model.W[:] *= 3.0
C = make_run("third", BASE.replace(hidden_units=4), mse=0.2, color=2, created="2026-01-01T12:00:00+00:00")
NOW = make_run("now", mse=None, iteration=20, color=3, created="2026-01-01T13:00:00+00:00")


def action(panel: QWidget, name: str) -> QAction:
    return find(panel, QAction, f"runs{name}Action")


@pytest.fixture
def panel(qtbot: QtBot) -> Iterator[RunsPanel]:
    with shown_panel(qtbot, RunsPanel, 770, 300) as panel:
        panel.setAccessibleName("Runs")
        yield panel


@pytest.fixture
def full(panel: RunsPanel) -> RunsPanel:
    panel.set_runs((A, B, C, NOW), NOW.label.key)
    return panel


def names(panel: RunsPanel) -> list[str]:
    return [bytes.fromhex(row.key).decode() for group in panel.runs.groups() for row in group.rows]


def select(panel: RunsPanel, *chosen: str) -> None:
    panel.table.select_keys([key_of(name) for name in chosen])


def place(panel: RunsPanel, name: str, column: str) -> QPoint:
    index = panel.runs.index_of(key_of(name), column)
    panel.table.scrollTo(index)
    return panel.table.visualRect(index).center()


def cell(panel: RunsPanel, name: str, column: str, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
    return panel.runs.data(panel.runs.index_of(key_of(name), column), role)


def shown_settings(panel: RunsPanel) -> list[str]:
    return [column.key for column in panel.table.shown_columns() if column.kind is Kind.SETTING]


def press_header(qtbot: QtBot, panel: RunsPanel, column: str) -> None:
    header = panel.table.header()
    panel.table.scrollTo(panel.table.model().index(0, PLACES[column]))
    x = header.sectionViewportPosition(PLACES[column]) + 12
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(x, header.height() // 2))


# -- the table ---------------------------------------------------------------------------------------------------------


def test_an_empty_panel_says_what_it_is_for(panel: RunsPanel) -> None:
    assert find(panel, QLabel, "runsEmptyLabel").isVisible()
    assert not panel.table.isVisible()
    for name in ("MakeCurrent", "Delete", "Export", "CopyTable", "Copy", "Rename"):
        assert not action(panel, name).isEnabled()
    panel.set_runs((A,), A.label.key)
    assert panel.table.isVisible()
    panel.set_runs((), "")
    assert not panel.table.isVisible()


def test_a_row_says_what_a_run_is(full: RunsPanel) -> None:
    texts = {key: cell(full, "second", key) for key in KEYS if key != CURVE}
    assert texts == {
        "name": "second",
        "mse": "0.1000",
        "linear": "–",
        "corruption": "masking 25 %",
        "hidden_units": "7",
        "learning_rate": "0.0005",
        "schedule": "constant",
        "iterations": "50",
        "optimizer": "SGD",
        "batch_size": "1",
        "gradient": "exact",
        "own_backward": "built-in",
        "decoder_start": "at random",
        "seed": "1",
        "activation": "ReLU",
        "loss": "squared error",
        "tied": "untied",
        "k_sparse": "0",
        "weight_decay": "0",
        "l1": "0",
        "kl_weight": "0",
        "kl_target": "0.05",
        "contractive": "0",
        "average": "no average",
        "level": "0.25",
        "data": "noise",
        "error": "3.00",
        "psnr": "10.00",
        "sparsity": "0.250",
        "dead_units": "–",
        "iteration": "50",
        "seconds": "12.5",
        "speed": "4",
        "diverged_at": "–",
        "notes": "",
        "origin": "",
        "begun": texts["begun"],
    }
    assert texts["begun"].startswith("2026-01-01 ")
    assert cell(full, "now", "iteration") == "20"
    assert cell(full, "now", "name", SECOND_LINE_ROLE) == "current · 20 of 50"
    assert cell(full, "now", "mse") == "–"
    tip = cell(full, "second", "mse", Qt.ItemDataRole.ToolTipRole)
    assert tip == "0.1: mean over the pixels of 20 held-out images, with masking 25 %"
    header = full.runs.headerData(PLACES["mse"], Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
    assert header.endswith("Measured on 20 images.")
    assert full.runs.headerData(PLACES["seconds"], Qt.Orientation.Horizontal) == "Time, s"


def test_only_settings_that_differ_have_a_column(full: RunsPanel) -> None:
    assert shown_settings(full) == ["corruption", "hidden_units"]
    odd = BASE.replace(optimizer="adam", batch_size=16, gradient="published", decoder_start="transposed")
    bad = make_run("bad", odd, mse=float("inf"), divergence=Divergence(31, "why", "do this", 12), created="", color=4)
    full.set_runs((A, bad), A.label.key)
    assert shown_settings(full) == ["optimizer", "batch_size", "gradient", "decoder_start"]
    assert [cell(full, "bad", key) for key in ("optimizer", "gradient", "decoder_start")] == [
        "Adam",
        "as published",
        "0.2 Wᵀ",
    ]
    assert cell(full, "bad", "diverged_at") == "31"
    assert cell(full, "bad", "name", SECOND_LINE_ROLE) == "diverged at 31"
    assert cell(full, "bad", "mse") == "∞"
    assert cell(full, "bad", "begun") == "–"
    assert not full.table.isColumnHidden(PLACES["diverged_at"])
    full.set_runs((A,), A.label.key)
    assert shown_settings(full) == []
    assert full.table.isColumnHidden(PLACES["diverged_at"])


def test_a_click_on_a_title_sorts_and_what_is_unknown_comes_last(full: RunsPanel, qtbot: QtBot) -> None:
    assert names(full) == ["first", "second", "third", "now"], "by time at first"
    press_header(qtbot, full, "mse")
    assert names(full) == ["second", "third", "first", "now"]
    press_header(qtbot, full, "mse")
    assert names(full) == ["first", "third", "second", "now"]
    press_header(qtbot, full, "hidden_units")
    assert names(full)[0] == "third"


def test_every_column_sorts(full: RunsPanel) -> None:
    for column in range(len(KEYS)):
        for order in (Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder):
            full.table.sortByColumn(column, order)
            assert sorted(names(full)) == ["first", "now", "second", "third"]


def test_live_figures_change_only_the_current_row(full: RunsPanel) -> None:
    full.set_current(32, 7.0, 0.15, 0.4)
    changed: list[tuple[int, int]] = []
    full.runs.dataChanged.connect(lambda low, high: changed.append((low.row(), high.row())))
    full.set_current(33, 8.0, 0.15, 0.4)
    row = full.runs.index_of(key_of("now"), "name").row()
    assert set(changed) == {(row, row)}
    assert cell(full, "now", "iteration") == "33"
    assert cell(full, "now", "mse") == "≈ 0.1500"
    assert cell(full, "now", "sparsity") == "0.400"
    assert cell(full, "now", "seconds") == "8.0"
    full.table.sortByColumn(PLACES["mse"], Qt.SortOrder.AscendingOrder)
    assert names(full) == ["second", "now", "third", "first"]
    full.set_runs((A, B, C, NOW), A.label.key)
    assert cell(full, "now", "iteration") == "20", "these were those of another run"


def test_figures_on_all_digits_win_over_live_ones_of_the_same_weights(full: RunsPanel) -> None:
    full.set_runs((A, B), A.label.key)
    full.set_current(50, 12.5, 0.123, 0.4)
    assert cell(full, "first", "mse") == "0.3000"
    assert cell(full, "first", "sparsity") == "0.250"
    full.set_current(51, 12.6, 0.123, 0.4)
    assert cell(full, "first", "mse") == "≈ 0.1230"


def test_a_hidden_panel_does_nothing_until_it_is_shown(full: RunsPanel, qtbot: QtBot) -> None:
    full.hide()
    full.set_current(40, 9.0, 0.15, 0.4)
    assert cell(full, "now", "iteration") == "20"
    full.show()
    qtbot.waitUntil(lambda: cell(full, "now", "iteration") == "40")


def test_selection_and_ticks_stay_when_runs_come_and_go(full: RunsPanel) -> None:
    select(full, "second", "third")
    full.set_shown_keys([key_of("third"), key_of("first")])
    full.set_runs((B, C, NOW, make_run("new", color=5)), NOW.label.key)
    assert full.table.selected_keys() == [key_of("second"), key_of("third")]
    assert full.shown_keys() == {key_of("third")}


def test_figures_that_nobody_measured_are_measured(panel: RunsPanel, qtbot: QtBot) -> None:
    plain = make_run("plain", mse=None)
    foreign = make_run("foreign", mse=None, data=DataReference.of(make_dataset(1), ""))
    panel.workbench.set_data(OpenData(DATASET))
    panel.workbench.set_state(State.RUNNING)
    panel.set_runs((plain, foreign, NOW), NOW.label.key)
    expected = HeldOut(DATASET, plain.config.corruption).evaluate(plain.model)
    qtbot.waitUntil(lambda: cell(panel, "plain", "mse") == f"{expected.mse:.4f}")
    assert cell(panel, "plain", "sparsity") == f"{expected.sparsity:.3f}"
    assert cell(panel, "foreign", "mse") == "–"
    assert cell(panel, "now", "mse") == "–", "it goes on"
    panel.workbench.set_state(State.PAUSED)
    qtbot.waitUntil(lambda: cell(panel, "now", "mse") != "–")


# -- what the person does ----------------------------------------------------------------------------------------------


def test_a_click_on_the_eye_shows_a_curve(full: RunsPanel, qtbot: QtBot) -> None:
    spot = full.table.visualRect(full.runs.index_of(key_of("second"), CURVE))
    with qtbot.waitSignal(full.overlayChanged) as caught:
        qtbot.mouseClick(
            full.table.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(spot.left() + 10, spot.center().y())
        )
    assert caught.args == [[key_of("second")]]
    assert full.shown_keys() == {key_of("second")}
    assert cell(full, "now", CURVE, Qt.ItemDataRole.CheckStateRole) is None, "always shown"
    select(full, "second", "third", "now")
    assert action(full, "ShowCurve").text() == "Show curve"
    action(full, "ShowCurve").trigger()
    assert full.shown_keys() == {key_of("second"), key_of("third")}
    assert action(full, "ShowCurve").text() == "Hide curve"
    action(full, "ShowCurve").trigger()
    assert full.shown_keys() == set()


@pytest.mark.parametrize(("column", "signal"), [("name", "renamed"), ("notes", "noted")])
def test_names_and_notes_are_typed_in_place(full: RunsPanel, qtbot: QtBot, column: str, signal: str) -> None:
    full.table.set_chosen(column, True)
    spot = place(full, "first", column)
    qtbot.mouseClick(full.table.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    qtbot.mouseDClick(full.table.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    editor = full.table.viewport().findChild(QLineEdit)
    assert editor is not None
    editor.selectAll()
    qtbot.keyClicks(editor, "  better  ")
    with qtbot.waitSignal(getattr(full, signal)) as caught:
        qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert caught.args == [key_of("first"), "better"]


def test_what_is_typed_stays_when_runs_and_figures_come(full: RunsPanel, qtbot: QtBot) -> None:
    select(full, "second")
    action(full, "Rename").trigger()
    editor = full.table.viewport().findChild(QLineEdit)
    assert editor is not None
    qtbot.keyClicks(editor, "half a na")
    full.set_runs((A, B, C, make_run("new", color=5), NOW), NOW.label.key)
    full.table.sortByColumn(PLACES["mse"], Qt.SortOrder.DescendingOrder)
    full.runs.tell_changed()
    qtbot.keyClicks(editor, "me")
    with qtbot.waitSignal(full.renamed) as caught:
        qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert caught.args == [key_of("second"), "half a name"]


@pytest.mark.parametrize("name", ["Notes", "Rename"])
def test_an_action_that_is_chosen_twice_goes_on_with_what_is_typed(full: RunsPanel, qtbot: QtBot, name: str) -> None:
    """Qt warns where a cell is opened that is being edited, and a warning fails the test."""
    full.table.select_keys([key_of("second")])
    for _ in range(3):
        action(full, name).trigger()
        editor = full.table.viewport().findChild(QLineEdit)
        assert editor is not None
        qtbot.keyClicks(editor, "x")
    assert editor.text().endswith("xxx")
    with qtbot.waitSignal(full.noted if name == "Notes" else full.renamed):
        qtbot.keyClick(editor, Qt.Key.Key_Return)


def test_an_empty_name_or_the_same_one_asks_for_nothing(full: RunsPanel, qtbot: QtBot) -> None:
    index = full.runs.index_of(key_of("first"), "name")
    with qtbot.assertNotEmitted(full.renamed):
        assert not full.runs.setData(index, "  ")
        assert not full.runs.setData(index, "first")


def test_actions_on_one_run(full: RunsPanel, qtbot: QtBot) -> None:
    wanted = {
        "MakeCurrent": full.makeCurrentRequested,
        "SameStart": full.sameStartRequested,
        "Export": full.exportRequested,
    }
    select(full, "second")
    for name, signal in wanted.items():
        with qtbot.waitSignal(signal) as caught:
            action(full, name).trigger()
        assert caught.args == [key_of("second")]
    action(full, "Rename").trigger()
    editor = full.table.viewport().findChild(QLineEdit)
    assert editor is not None
    assert editor.text() == "second"
    qtbot.keyClick(editor, Qt.Key.Key_Escape)
    select(full, "now")
    assert not action(full, "MakeCurrent").isEnabled()
    assert action(full, "Export").isEnabled()
    select(full, "second", "third")
    assert not any(action(full, name).isEnabled() for name in ("MakeCurrent", "SameStart", "Export", "Rename"))


def test_delete_asks_for_all_but_the_current_run(full: RunsPanel, qtbot: QtBot) -> None:
    select(full, "first", "third", "now")
    with qtbot.waitSignal(full.deleteRequested) as caught:
        qtbot.keyClick(full.table, Qt.Key.Key_Delete)
    assert caught.args == [[key_of("first"), key_of("third")]]
    with qtbot.waitSignal(full.deleteRequested):
        qtbot.mouseClick(find(full, QToolButton, "runsDeleteButton"), Qt.MouseButton.LeftButton)
    select(full, "now")
    assert not action(full, "Delete").isEnabled()
    with qtbot.assertNotEmitted(full.deleteRequested), qtbot.waitSignal(Notices(full).noted):
        qtbot.keyClick(full.table, Qt.Key.Key_Delete)


def test_the_context_menu_has_all_actions(full: RunsPanel, qtbot: QtBot) -> None:
    spot = place(full, "second", "name")
    qtbot.mouseClick(full.table.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, spot, full.table.viewport().mapToGlobal(spot))
    QApplication.sendEvent(full.table.viewport(), event)
    menu = find(full, QMenu, "runsMenu")
    assert menu.isVisible()
    texts = {entry.text() for entry in menu.actions() if not entry.isSeparator()}
    assert texts >= {"Make current", "Delete", "Rename", "Export this run…", "Sweep…", "Copy table as CSV"}
    menu.close()


def test_rows_and_the_table_are_copied(full: RunsPanel, qtbot: QtBot) -> None:
    full.table.sortByColumn(PLACES["mse"], Qt.SortOrder.AscendingOrder)
    select(full, "first", "second")
    qtbot.keyClick(full.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = [line.split("\t") for line in QApplication.clipboard().text().split("\n")]
    assert lines[0][:3] == ["Run", "Held-out MSE", "Noise"]
    assert [line[0] for line in lines[1:]] == ["second", "first"]
    action(full, "CopyTable").trigger()
    rows = list(csv.DictReader(io.StringIO(QApplication.clipboard().text())))
    assert [row["Run"] for row in rows] == ["second", "third", "first", "now"]
    assert rows[1]["Hidden units"] == "4"
    assert rows[0]["Noise"] == "masking 25 %"


# -- what differs ------------------------------------------------------------------------------------------------------


def test_what_differs_between_the_selected_runs(full: RunsPanel) -> None:
    view = full.tabs.differences
    badge = find(full, QLabel, "fairPairLabel")
    assert find(full, QLabel, "runsDifferencesEmptyLabel").isVisible()
    select(full, "first", "second")
    assert view.table.as_text() == "\tfirst\tsecond\nnoise\tGaussian σ 1\tmasking 25 %"
    assert badge.text().startswith("✓ Fair pair. The same start weights.")
    select(full, "first", "third")
    assert view.table.as_text() == "\tfirst\tthird\nhidden units\t7\t4"
    assert badge.text().startswith("✗ No fair pair. Other start weights")
    select(full, "first", "second", "third")
    assert not badge.isVisible()
    assert view.table.rowCount() == 2
    select(full)
    assert find(full, QLabel, "runsDifferencesEmptyLabel").isVisible()


# -- A | B -------------------------------------------------------------------------------------------------------------


def test_filters_of_two_runs_stand_tile_by_tile(full: RunsPanel, qtbot: QtBot) -> None:
    full.tabs.setCurrentIndex(1)
    select(full, "first", "second")
    view = full.tabs.pair
    assert view.pairs.isVisible()
    columns = view.pairs.array().shape[1] // (2 * SHAPE[1])
    expected, _ = paired_filters(A.model.W.T, B.model.W.T, SHAPE, columns)
    np.testing.assert_array_equal(view.pairs.array(), expected)
    layer = find(full, QComboBox, "runsPairLayerComboBox")
    layer.setCurrentIndex(1)
    expected, _ = paired_filters(A.model.V, B.model.V, SHAPE, columns)
    np.testing.assert_array_equal(view.pairs.array(), expected)
    qtbot.mouseClick(find(full, QCheckBox, "runsPairScaleEachCheckBox"), Qt.MouseButton.LeftButton)
    expected, _ = paired_filters(A.model.V, B.model.V, SHAPE, columns, scale_each=True)
    np.testing.assert_array_equal(view.pairs.array(), expected)
    title = find(full, QLabel, "runsPairTitleLabel").text()
    assert "first" in title
    assert "second" in title
    assert run_color(1, False).name() in title


def test_two_mosaics_share_their_selection(full: RunsPanel, qtbot: QtBot) -> None:
    full.tabs.setCurrentIndex(1)
    select(full, "first", "second")
    qtbot.mouseClick(find(full, QCheckBox, "runsPairInterleavedCheckBox"), Qt.MouseButton.LeftButton)
    view = full.tabs.pair
    assert not view.pairs.isVisible()
    np.testing.assert_array_equal(view.left.array(), filters(A.model.W.T, SHAPE)[0])
    np.testing.assert_array_equal(view.right.array(), filters(B.model.W.T, SHAPE)[0])
    level = max(filters(run.model.W.T, SHAPE)[1] for run in (A, B))
    # Private: the scale of grey is not told by a picture.
    assert view.left._levels == view.right._levels == (-level, level), "one scale for both"
    grid = view.left.grid()
    assert grid is not None
    spot = QPoint(int(grid.area().left()) + 3, int(grid.area().top()) + 3)
    qtbot.mouseClick(view.left, Qt.MouseButton.LeftButton, pos=spot)
    assert view.left.selected() == view.right.selected() == 0


def test_runs_of_different_sizes_are_shown_apart_and_said(full: RunsPanel) -> None:
    full.tabs.setCurrentIndex(1)
    select(full, "first", "third")
    assert find(full, QLabel, "runsPairNoteLabel").text().startswith("7 and 4 hidden units")
    assert full.tabs.pair.left.count() == 7
    assert full.tabs.pair.right.count() == 4
    select(full, "first", "second")
    assert full.tabs.pair.pairs.count() == 7
    assert not find(full, QLabel, "runsPairNoteLabel").isVisible()


def test_one_selected_run_stands_beside_the_live_one(full: RunsPanel, qtbot: QtBot) -> None:
    full.tabs.setCurrentIndex(1)
    select(full, "first")
    model = AutoEncoder.random(DATA.n_inputs, 7, np.random.default_rng(9))
    full.workbench.set_model(model, 44)
    view = full.tabs.pair

    def shows_live() -> bool:
        picture = view.pairs.array()
        columns = picture.shape[1] // (2 * SHAPE[1])
        return np.array_equal(picture, paired_filters(A.model.W.T, model.W.T, SHAPE, columns)[0])

    qtbot.waitUntil(shows_live)
    assert "44" in find(full, QLabel, "runsPairTitleLabel").text()
    select(full, "now")
    assert view.pairs.count() == 0, "the current one has no other beside it"


def test_other_room_gets_other_columns(full: RunsPanel, qtbot: QtBot) -> None:
    full.tabs.setCurrentIndex(1)
    select(full, "first", "second")

    def columns() -> int:
        return int(full.tabs.pair.pairs.array().shape[1]) // (2 * SHAPE[1])

    full.resize(1400, 260)
    qtbot.waitUntil(lambda: columns() > 2)
    full.resize(500, 900)
    qtbot.waitUntil(lambda: columns() < 3)


def test_weights_that_are_not_finite_are_shown(panel: RunsPanel) -> None:
    bad = make_run("bad", color=4)
    bad.model.W[:] = np.nan
    bad.model.V[:] = np.inf
    panel.set_runs((A, bad), A.label.key)
    panel.tabs.setCurrentIndex(1)
    select(panel, "first", "bad")
    assert panel.tabs.pair.pairs.count() == 7
    panel.grab()


# -- looks -------------------------------------------------------------------------------------------------------------


def test_colours_follow_the_theme(full: RunsPanel, restored_theme: QApplication) -> None:
    full.set_shown_keys([key_of("second")])

    def swatch(name: str) -> str:
        index = full.runs.index_of(key_of(name), CURVE)
        spot = full.table.visualRect(index).center() - QPoint(0, 6)  # above the tick
        return full.table.viewport().grab().toImage().pixelColor(spot).name()

    assert swatch("second") == LIGHT_COLORS[1]
    assert swatch("now") == LIGHT_COLORS[3]
    assert cell(full, "now", CURVE, COLOR_ROLE) == 3
    select(full, "first", "second")
    apply_theme(restored_theme, DARK)
    QApplication.processEvents()
    assert swatch("second") == DARK_COLORS[1]
    assert swatch("now") == DARK_COLORS[3]
    assert DARK.held_out in find(full, QLabel, "fairPairLabel").styleSheet()


def test_every_control_has_a_name_and_a_tip(full: RunsPanel) -> None:
    for kind in (QToolButton, QCheckBox, QComboBox):
        for control in full.findChildren(kind):
            if control.objectName().startswith(("runs", "sweep")):
                assert control.accessibleName(), control.objectName()
                assert control.toolTip(), control.objectName()


_CONES = {  # Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB
    "all": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
}


def linear(color: str) -> np.ndarray:
    values = np.array([int(color[place : place + 2], 16) for place in (1, 3, 5)]) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def luminance(color: str) -> float:
    return float(linear(color) @ [0.2126, 0.7152, 0.0722])


def lab(rgb: np.ndarray) -> np.ndarray:
    matrix = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    ratio = matrix @ rgb / matrix.sum(axis=1)
    f = np.where(ratio > 0.008856, np.cbrt(ratio), 7.787 * ratio + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("cones", _CONES)
@pytest.mark.parametrize(("theme", "colors"), [(LIGHT, LIGHT_COLORS), (DARK, DARK_COLORS)], ids=["light", "dark"])
def test_colours_of_runs_are_told_apart(theme: Theme, colors: Sequence[str], cones: str) -> None:
    assert len(set(colors)) == 8
    seen = {}
    for color in (*colors, theme.error, theme.sparsity, theme.held_out, theme.linear_bound):
        seen[color] = lab(np.clip(np.asarray(_CONES[cones]) @ linear(color), 0, 1))
    for color in colors:
        others = {other: float(np.linalg.norm(seen[color] - at)) for other, at in seen.items() if other != color}
        assert min(others.values()) > 15, (color, min(others, key=lambda other: others[other]))


@pytest.mark.parametrize(("theme", "colors"), [(LIGHT, LIGHT_COLORS), (DARK, DARK_COLORS)], ids=["light", "dark"])
def test_colours_of_runs_stand_out_from_the_plot(theme: Theme, colors: Sequence[str]) -> None:
    background = luminance(theme.plot_background)
    for color in colors:
        low, high = sorted((luminance(color), background))
        assert (high + 0.05) / (low + 0.05) >= 2.99, color


def test_colours_come_again() -> None:
    assert run_color(8, False) == run_color(0, False) == QColor(LIGHT_COLORS[0])
    assert run_color(3, True) == QColor(DARK_COLORS[3])
    assert run_color(-1, True) == QColor(DARK_COLORS[7])


def test_runs_of_one_colour_have_another_line(full: RunsPanel) -> None:
    strokes = {(run_color(index, False).name(), run_pattern(index)) for index in range(4 * N_RUN_COLORS)}
    assert len(strokes) == 4 * N_RUN_COLORS
    assert not any(run_pattern(index) for index in range(N_RUN_COLORS)), "the first have whole lines"

    def marks() -> QImage:
        area = full.table.visualRect(full.runs.index_of(key_of("second"), CURVE))
        return full.table.viewport().grab(area).toImage()

    seen = []
    for color in (1, 1 + N_RUN_COLORS, 1 + 2 * N_RUN_COLORS):
        full.set_runs((A, dataclasses.replace(B, label=dataclasses.replace(B.label, color=color)), NOW), NOW.label.key)
        seen.append(marks())
    assert seen[0] != seen[1] != seen[2] != seen[0]


def test_chart_and_pair_tell_runs_of_one_colour_apart(full: RunsPanel) -> None:
    full.resize(1000, 400)
    select(full, "first", "second")
    dots, titles = [], []
    for color in (1, 1 + N_RUN_COLORS, 1 + 2 * N_RUN_COLORS, 1 + 3 * N_RUN_COLORS):
        full.set_runs((A, dataclasses.replace(B, label=dataclasses.replace(B.label, color=color)), NOW), NOW.label.key)
        full.tabs.setCurrentIndex(1)
        titles.append(find(full, QLabel, "runsPairTitleLabel").text())
        full.tabs.setCurrentIndex(2)
        place = full.tabs.chart.chart.place_of(key_of("second"))
        assert place is not None
        dots.append(full.tabs.chart.chart.grab(QRect(place.toPoint() - QPoint(12, 4), QSize(24, 18))).toImage())
    assert len(set(titles)) == 4
    assert all(one != other for one, other in itertools.combinations(dots, 2))


def test_the_same_row_stays_selected_when_its_run_changes(full: RunsPanel) -> None:
    select(full, "second")
    changed = dataclasses.replace(B, label=dataclasses.replace(B.label, name="other", notes="seen"))
    full.set_runs((A, changed, C, NOW), NOW.label.key)
    assert full.table.selected_keys() == [key_of("second")]
    assert cell(full, "second", "name") == "other"
    assert cell(full, "second", "notes") == "seen"
    assert full.table.selectionModel().isSelected(full.runs.index_of(key_of("second"), "name"))


def test_noise_sorts_by_kind_and_then_by_level(panel: RunsPanel) -> None:
    levels = [Gaussian(10.0), Gaussian(2.0), Masking(0.5)]
    runs = [make_run(f"r{i}", BASE.replace(corruption=noise), color=i) for i, noise in enumerate(levels)]
    panel.set_runs(tuple(runs), runs[0].label.key)
    panel.table.sortByColumn(PLACES["corruption"], Qt.SortOrder.AscendingOrder)
    assert names(panel) == ["r1", "r0", "r2"]


# -- groups, filter, chart, files --------------------------------------------------------------------------------------


SEEDS = tuple(
    make_run(f"{h} units, seed {s}", BASE.replace(hidden_units=h, seed=s), mse=h / 10 + s / 100, color=3 * (h - 4) + s)
    for h in (4, 5)
    for s in (0, 1, 2)
)


@pytest.fixture
def seeds(panel: RunsPanel) -> RunsPanel:
    panel.set_runs((*SEEDS, NOW), NOW.label.key)
    return panel


def group(panel: RunsPanel, place: int, column: str) -> Any:
    return panel.runs.index(place, PLACES[column])


def test_seeds_are_folded_and_unfolded_with_keys(seeds: RunsPanel, qtbot: QtBot) -> None:
    QAbstractItemModelTester(seeds.runs, QAbstractItemModelTester.FailureReportingMode.Fatal, seeds)
    assert seeds.runs.rowCount() == 3
    first = group(seeds, 0, "name")
    assert first.data() == "4 units, 3 seeds"
    mse = group(seeds, 0, "mse")
    deviation = np.std([0.40, 0.41, 0.42], ddof=1)
    assert mse.data() == f"0.4100 ± {deviation:.4f}"
    assert "n = 3" in mse.data(Qt.ItemDataRole.ToolTipRole)
    seeds.table.setFocus()
    seeds.table.setCurrentIndex(first)
    assert len(seeds.table.selected_keys()) == 3, "a group stands for its runs"
    qtbot.keyClick(seeds.table, Qt.Key.Key_Right)
    assert seeds.table.isExpanded(first.siblingAtColumn(0))
    qtbot.keyClick(seeds.table, Qt.Key.Key_Down)
    assert seeds.table.selected_keys() == [key_of("4 units, seed 0")]
    seeds.set_runs((*SEEDS, C, NOW), NOW.label.key)
    assert seeds.table.isExpanded(seeds.runs.index(0, 0)), "another run leaves it unfolded"
    assert seeds.table.selected_keys() == [key_of("4 units, seed 0")]
    press_header(qtbot, seeds, "mse")
    press_header(qtbot, seeds, "mse")
    assert names(seeds)[:3] == [f"5 units, seed {s}" for s in (2, 1, 0)]
    assert seeds.table.selected_keys() == [key_of("4 units, seed 0")]
    qtbot.mouseClick(find(seeds, QCheckBox, "runsFoldCheckBox"), Qt.MouseButton.LeftButton)
    assert seeds.runs.rowCount() == 8
    assert seeds.table.selected_keys() == [key_of("4 units, seed 0")]


def test_the_space_bar_shows_the_curves_of_a_group(seeds: RunsPanel, qtbot: QtBot) -> None:
    seeds.table.setFocus()
    seeds.table.setCurrentIndex(group(seeds, 1, "name"))
    qtbot.keyClick(seeds.table, Qt.Key.Key_Space)
    assert seeds.shown_keys() == {run.label.key for run in SEEDS[3:]}
    assert group(seeds, 1, CURVE).data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked
    seeds.set_shown_keys([SEEDS[3].label.key])
    assert group(seeds, 1, CURVE).data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.PartiallyChecked
    spot = seeds.table.visualRect(group(seeds, 1, CURVE)).center()
    qtbot.mouseClick(seeds.table.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert seeds.shown_keys() == {run.label.key for run in SEEDS[3:]}


def test_the_filter_lists_what_has_all_words(seeds: RunsPanel, qtbot: QtBot) -> None:
    field = find(seeds, QLineEdit, "runsFilterLineEdit")
    seeds.table.setFocus()
    qtbot.keyClick(seeds.table, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert field.hasFocus()
    qtbot.keyClicks(field, "5 units")
    assert names(seeds) == [f"5 units, seed {s}" for s in (0, 1, 2)]
    qtbot.keyClicks(field, " seed 7")
    assert not seeds.table.isVisible()
    assert "No run has all" in find(seeds, QLabel, "runsEmptyLabel").text()
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == ""
    assert len(names(seeds)) == 7
    qtbot.keyClick(field, Qt.Key.Key_Down)
    assert seeds.table.hasFocus()


def test_columns_are_chosen_in_a_menu_and_remembered(seeds: RunsPanel, qtbot: QtBot) -> None:
    menu = find(seeds, QMenu, "runsColumnMenu")
    menu.aboutToShow.emit()
    entry = find(menu, QAction, "runsColumn_psnr")
    assert not entry.isChecked()
    entry.trigger()
    assert "psnr" in [column.key for column in seeds.table.shown_columns()]
    find(menu, QAction, "runsColumn_sparsity").trigger()
    header = seeds.table.header()
    header.resizeSection(PLACES["mse"], 151)
    header.moveSection(header.visualIndex(PLACES["seconds"]), 2)
    seeds.table.sortByColumn(PLACES["seconds"], Qt.SortOrder.DescendingOrder)
    qtbot.waitUntil(lambda: TableMemory.read(KEYS).sort_by == "seconds")
    again = RunTable(seeds.runs, seeds)
    qtbot.addWidget(again)
    keys = [column.key for column in again.shown_columns()]
    assert keys[:2] == ["name", "seconds"]
    assert "psnr" in keys
    assert "sparsity" not in keys
    assert again.columnWidth(PLACES["mse"]) == 151
    assert again.header().sortIndicatorSection() == PLACES["seconds"]
    find(menu, QAction, "runsUsualColumnsAction").trigger()
    keys = [column.key for column in seeds.table.shown_columns()]
    assert keys[:2] == ["name", "mse"]
    assert "psnr" not in keys


@pytest.mark.parametrize("text", ["", "[", "[1]", '{"widths": {"mse": "x"}, "order": [1], "chosen": 3, "sort_by": []}'])
def test_a_bad_memory_of_the_table_is_none(qapp: QApplication, text: str) -> None:
    settings_file().setValue("runs/table", text)
    assert TableMemory.read(KEYS) == TableMemory()


def test_a_click_on_a_point_of_the_chart_selects_its_run(seeds: RunsPanel, qtbot: QtBot) -> None:
    seeds.resize(1000, 400)
    seeds.tabs.setCurrentIndex(2)
    chart = seeds.tabs.chart.chart
    assert find(seeds, QComboBox, "runsChartSettingComboBox").currentData() == "hidden_units"
    assert {dot.key for dot in chart.scatter().dots} == {run.label.key for run in SEEDS}
    wanted = SEEDS[5].label.key
    place = chart.place_of(wanted)
    assert place is not None
    with qtbot.waitSignal(chart.dotChosen) as caught:
        qtbot.mouseClick(chart, Qt.MouseButton.LeftButton, pos=place.toPoint())
    assert caught.args == [wanted]
    assert seeds.table.selected_keys() == [wanted]
    assert "5 units, seed 2" in chart.tooltip_at(place.toPoint())
    qtbot.keyClick(chart, Qt.Key.Key_Left)
    assert seeds.table.selected_keys() == [SEEDS[4].label.key]
    mean = chart.scatter().means[1]
    assert (mean.y, mean.spread) == (pytest.approx(0.51), pytest.approx(0.01))
    head, *rows = [line.split("\t") for line in chart.as_text().split("\n")]
    assert head == ["Run", "Hidden units", "Held-out MSE (per pixel, standardized)"]
    assert rows[0] == ["4 units, seed 0", "4", "0.4"]
    assert chart.picture() is not None
    figure = find(seeds, QComboBox, "runsChartFigureComboBox")
    figure.setCurrentIndex(figure.findData("diverged_at"))
    assert chart.is_empty()
    setting = find(seeds, QComboBox, "runsChartSettingComboBox")
    figure.setCurrentIndex(figure.findData("mse"))
    setting.setCurrentIndex(setting.findData("optimizer"))
    assert chart.scatter().names == ("SGD",)
    chart.grab()


def test_a_sweep_over_two_settings_is_a_heat_map(panel: RunsPanel, qtbot: QtBot, qapp: QApplication) -> None:
    runs = [
        make_run(f"{h} {r}", BASE.replace(hidden_units=h, learning_rate=r), mse=h + r, divergence=broken)
        for h in (4, 5)
        for r, broken in ((0.1, None), (0.2, Divergence(9, "why", "what", 8) if h == 5 else None))
    ]
    panel.set_runs((*runs, NOW), NOW.label.key)
    panel.resize(1000, 400)
    panel.tabs.setCurrentIndex(2)
    chart = panel.tabs.chart.heat
    assert chart.isVisible()
    setting, second = (find(panel, QComboBox, f"runsChart{name}ComboBox") for name in ("Setting", "Second"))
    assert (setting.currentData(), second.currentData()) == ("hidden_units", "learning_rate")
    assert chart.heat().rows == ("0.1", "0.2")
    offered = [second.itemText(place) for place in range(second.count())]
    assert {"and learning rate", "and L1 on z", "and KL to a target activity"} <= set(offered)
    tile = next(tile for tile in chart.heat().tiles if tile.text == "4.2000")
    place = chart.place_of(tile).center().toPoint()
    assert chart.tooltip_at(place) == "Hidden units 4\nLearning rate 0.2\nHeld-out MSE 4.2000, n = 1"
    assert chart.tooltip_at(QPoint(0, 0)) == ""
    qtbot.mouseClick(chart, Qt.MouseButton.LeftButton, pos=place)
    assert panel.table.selected_keys() == [key_of("4 0.2")]
    qtbot.keyClick(chart, Qt.Key.Key_Right)
    assert panel.table.selected_keys() == [key_of("5 0.2")]
    qtbot.keyClick(chart, Qt.Key.Key_Down)
    assert panel.table.selected_keys() == [key_of("5 0.1")]
    assert "from 4.1000 to 5.1000" in chart.accessible_value()
    items = chart.accessible_items()
    spoken = [items.name(place) for place in range(items.count)]
    assert "Hidden units 5, Learning rate 0.2, Held-out MSE all diverged" in spoken
    assert chart.as_text().split("\n")[-1].split("\t")[:3] == ["0.2", "4.2000", "diverged"]
    assert chart.picture() is not None
    for theme in (LIGHT, DARK):
        apply_theme(qapp, theme)
        shown = chart.grab().toImage()
        low, high = (chart.place_of(chart.heat().tiles[place]).topLeft().toPoint() + QPoint(4, 4) for place in (0, 1))
        assert shown.pixelColor(low) != shown.pixelColor(high)
    second.setCurrentIndex(0)
    assert panel.tabs.chart.chart.isVisible()


def test_the_table_is_saved_with_all_digits(seeds: RunsPanel, qtbot: QtBot, tmp_path: Path) -> None:
    qtbot.keyClicks(find(seeds, QLineEdit, "runsFilterLineEdit"), "seed 1")
    action(seeds, "SaveTable").trigger()
    dialog = find(seeds.window(), QFileDialog, "runsTableFileDialog")
    with qtbot.waitSignal(Notices(seeds).saved):
        dialog.fileSelected.emit(str(tmp_path / "out.csv"))
    dialog.close()
    rows = list(csv.DictReader(io.StringIO((tmp_path / "out.csv").read_text(encoding="utf-8"))))
    assert [row["Run"] for row in rows] == ["4 units, seed 1", "5 units, seed 1", "now"]
    assert [row["Held-out MSE (per pixel, standardized)"] for row in rows] == ["0.41000000000000003", "0.51", ""]
    with qtbot.waitSignal(Notices(seeds).warned) as said:
        seeds.saver.save(tmp_path / "nowhere" / "out.csv")
    assert "could not be written" in said.args[0]


def test_runs_have_small_pictures_of_their_filters(full: RunsPanel, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: cell(full, "first", "name", THUMBNAIL_ROLE) is not None)
    picture = cell(full, "first", "name", THUMBNAIL_ROLE)
    assert picture.deviceIndependentSize().toSize() == QSize(3 * 30 + 2 * 2, 30)
    made = make_thumbnails([ThumbnailRequest(("k", 1), A.model, SHAPE)], Monitor())["k"]
    units = np.argsort(-np.linalg.norm(A.model.W, axis=0) * np.linalg.norm(A.model.V, axis=1))
    tile = A.model.W[:, units[0]].reshape(SHAPE)
    bright, dark = (np.unravel_index(find_at(tile), SHAPE) for find_at in (np.argmax, np.argmin))
    step = 60 / SHAPE[0]
    greys = [made.pixelColor(int(5 + (c + 0.5) * step), int((r + 0.5) * step)).red() for r, c in (bright, dark)]
    assert greys[0] > greys[1] + 50


def test_the_best_linear_denoiser_is_measured_for_each_noise(panel: RunsPanel, qtbot: QtBot) -> None:
    panel.workbench.set_data(OpenData(DATASET))
    panel.set_runs((A, B), A.label.key)
    qtbot.waitUntil(lambda: cell(panel, "second", "linear") != "–")
    bound = linear_bound(PixelStatistics.of(DATASET), HeldOut(DATASET, Masking(0.25)))
    assert cell(panel, "second", "linear") == f"{100 * (0.1 / bound - 1):+.1f}".replace("-", "−")


def test_where_there_is_little_room_the_table_is_a_page(seeds: RunsPanel) -> None:
    seeds.layout().setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)  # as in a dock, where it is no window
    seeds.setMinimumSize(0, 0)
    select(seeds, "4 units, seed 1")
    assert [seeds.tabs.tabText(place) for place in range(seeds.tabs.count())] == ["What differs", "A | B", "Chart"]
    seeds.resize(500, 300)
    assert seeds.tabs.tabText(0) == "Runs"
    assert seeds.table.isVisible()
    assert seeds.minimumSizeHint().width() <= 500
    seeds.resize(900, 300)
    assert seeds.tabs.count() == 3
    assert seeds.table.isVisible()
    assert seeds.splitter.indexOf(seeds.list) == 0
    assert seeds.table.selected_keys() == [key_of("4 units, seed 1")]
