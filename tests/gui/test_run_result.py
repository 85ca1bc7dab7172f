"""What came out of a run can be read: beside the plot's axis, in a sentence, and in the same unit everywhere."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel, QProgressBar
from pytestqt.qtbot import QtBot

from dae_core.evaluation.beside_linear import LinearErrors
from dae_core.evaluation.held_out import Figures
from dae_core.training.history import History
from dae_core.training.progress import Change, Progress
from dae_gui.panels.curves_panel import CurvesPanel, Overlay
from dae_gui.support.theme import LIGHT
from dae_gui.widgets.pictures.picture_export import write_picture
from dae_gui.window.status_bar import StatusBar
from dae_gui.workbench.facts import RunProgress
from dae_gui.workbench.state import State
from dae_gui.workbench.workbench import Workbench
from helpers.widgets import find, set_run_length

PIXELS = 784
LINEAR = LinearErrors(104.0, 500, 103.1, 10_000)


def figures_of(mse: float, n_images: int = 10_000) -> Figures:
    return Figures(mse, 15.0, n_images, PIXELS, 0.3)


def history_of(count: int, changes: tuple[Change, ...] = ()) -> History:
    """Errors that fill a band from 60 to 140."""
    history = History()
    errors = np.random.default_rng(0).uniform(60, 140, count).astype(np.float32)
    history.append(Progress(count, count, errors, np.full(count, 0.9, np.float32), 1.0, 0.0005, changes))
    return history


@pytest.fixture
def panel(qtbot: QtBot) -> Iterator[CurvesPanel]:
    panel = CurvesPanel(Workbench())
    panel.workbench.setParent(panel)
    panel.resize(900, 480)
    panel.show()
    qtbot.waitExposed(panel)
    yield panel
    panel.close()
    panel.deleteLater()


def pixels(panel: CurvesPanel) -> np.ndarray:
    """Return the curves' part of the plot as colours (h, w)."""
    panel.grab()  # the layout is final after the first painting
    image = panel.plot.grab().toImage()
    box = panel.plot.mapFromScene(panel.plot.view_box.sceneBoundingRect()).boundingRect()
    return np.array(
        [[image.pixelColor(x, y).rgb() for x in range(box.left(), box.right())] for y in range(box.top(), box.bottom())]
    )


def test_the_best_linear_denoisers_value_hides_nothing_of_the_curves(panel: CurvesPanel) -> None:
    panel.set_history(history_of(20_000))
    panel.set_linear_errors(LinearErrors(100.0, 500, 100.0, 10_000))
    panel.legend.button("linear_bound").click()  # the axis has room for the line, which is not shown
    without = pixels(panel)
    panel.legend.button("linear_bound").click()
    with_it = pixels(panel)
    rows = np.flatnonzero((without != with_it).any(axis=1))
    assert len(rows) == 1
    assert (with_it[rows[0]] == QColor(LIGHT.linear_bound).rgb()).mean() > 0.4


def test_values_stand_on_the_axis_in_the_place_of_its_numbers(panel: CurvesPanel, tmp_path: Path) -> None:
    panel.set_history(history_of(20_000))
    panel.workbench.set_progress(RunProgress(20_000, 20_000), figures_of(101.0 / PIXELS))
    panel.set_linear_errors(LINEAR)
    panel.grab()
    axis, boxes = panel.plot.axes["left"], panel.plot.tags.boxes()
    assert [tag.text for _, tag in boxes] == ["103.1", "101.0"]  # both on all held-out digits
    (upper, _), (lower, _) = boxes
    assert not upper.intersects(lower)
    for box, _ in boxes:
        assert QRectF(0, 0, axis.size().width(), axis.size().height()).contains(box)
    drawn = [text for _, _, text in axis.generateDrawSpecs(_Painter())[2]]
    assert "100" not in drawn
    assert "0" in drawn
    write_picture(panel.picture(), tmp_path / "curves.svg")
    assert ">101.0<" in (tmp_path / "curves.svg").read_text("utf-8")
    panel.legend.button("held_out").click()
    panel.legend.button("linear_bound").click()
    assert panel.plot.tags.tags() == ()
    assert "100" in [text for _, _, text in axis.generateDrawSpecs(_Painter())[2]]


@pytest.mark.parametrize("height", [190, 220, 300, 500])
def test_in_a_low_plot_values_keep_clear_of_one_another_and_names_are_whole(panel: CurvesPanel, height: int) -> None:
    panel.resize(520, height)
    panel.set_history(history_of(20_000))
    panel.workbench.set_progress(RunProgress(20_000, 20_000), figures_of(40.0 / PIXELS))
    panel.set_linear_errors(LinearErrors(12.0, 500, 12.0, 10_000))
    panel.grab()
    (upper, _), (lower, _) = panel.plot.tags.boxes()
    assert not upper.intersects(lower)
    for side in ("left", "right"):
        axis = panel.plot.axes[side]
        assert axis.label.boundingRect().width() <= axis.size().height() + 8, "the name of the axis is whole"


def test_the_line_begins_where_its_noise_begins(panel: CurvesPanel) -> None:
    panel.set_history(history_of(20_000, (Change(10_000, "noise level", 1.0, 0.5),)))
    set_run_length(panel, 20_000)
    panel.set_linear_errors(LinearErrors(100.0, 500, 100.0, 10_000))
    purple = (pixels(panel) == QColor(LIGHT.linear_bound).rgb()).any(axis=0)
    middle = len(purple) // 2
    assert not purple[: middle - 5].any()
    assert purple[middle + 5 :].mean() > 0.4


def test_held_out_errors_and_other_runs_can_be_followed_within_the_band(panel: CurvesPanel) -> None:
    history = history_of(20_000)
    history.held_out = [(1, 101.0), (20_000, 99.0)]
    panel.set_history(history)
    other = history_of(20_000)
    other.held_out = [(1, 79.0), (20_000, 81.0)]
    panel.set_overlays([Overlay("a", "Run 1", QColor("#d01030"), other)])
    seen = pixels(panel)
    ground = QColor(LIGHT.plot_background).rgb()
    for color in (QColor(LIGHT.held_out).rgb(), QColor("#d01030").rgb()):
        height = seen.shape[0]
        found = 0
        for column in range(50, seen.shape[1] - 50, 7):
            (rows,) = np.nonzero(seen[:, column] == color)
            if len(rows):
                around = seen[max(rows[0] - 1, 0), column], seen[min(rows[-1] + 1, height - 1), column]
                found += ground in around
        assert found > 50


@pytest.mark.parametrize(
    ("length", "window"), [(800, 25), (25_000, 25), (30_000, 50), (100_000, 200), (400_000, 500), (10**7, 20_000)]
)
def test_the_window_fits_the_length_of_the_run(panel: CurvesPanel, length: int, window: int) -> None:
    history = history_of(3000)
    panel.set_history(history)
    set_run_length(panel, length)
    assert panel.smoothing.window() == history.window == window
    panel.smoothing.set_window(77)
    set_run_length(panel, 2 * length)
    assert history.window == 77
    panel.tools.fitting.click()
    assert history.window != 77


@pytest.mark.parametrize(
    ("figures", "linear", "sentence"),
    [
        (figures_of(0.1732), LINEAR, "Held-out error 135.8 per image: 32 % above the best linear denoiser"),
        (figures_of(0.1732, 500), LINEAR, "Held-out error 135.8 per image: 31 % above the best linear denoiser"),
        (figures_of(0.1), LINEAR, "Held-out error 78.4 per image: 24 % below the best linear denoiser"),
        (figures_of(103.1 / 784), LINEAR, "Held-out error 103.1 per image: as good as the best linear denoiser"),
        (figures_of(0.1732), None, "Held-out error 135.8 per image"),
        (figures_of(0.1732, 360), LINEAR, "Held-out error 135.8 per image"),
        (None, LINEAR, ""),
    ],
)
def test_the_result_is_said_in_words(
    qtbot: QtBot, panel: CurvesPanel, figures: Figures | None, linear: LinearErrors | None, sentence: str
) -> None:
    panel.resize(1200, 480)
    panel.set_linear_errors(linear)
    panel.workbench.set_progress(RunProgress(20, 20), figures)
    assert panel.result.text() == sentence
    if figures is not None:
        assert "MSE 0.1" in panel.result.toolTip()
        panel.resize(440, 480)  # in a window of 960x540
        told = sentence.partition(": ")[2]
        short = [told.replace("the best linear denoiser", words).capitalize() for words in ("best linear", "linear")]
        expected = short if told else ["Held-out 135.8"]
        qtbot.waitUntil(lambda: panel.result.text() in expected)


def test_the_status_bar_has_the_unit_of_the_plot_and_that_of_the_tables(qtbot: QtBot) -> None:
    bench = Workbench()
    bar = StatusBar(bench)
    qtbot.addWidget(bar)
    bench.set_progress(RunProgress(20, 20), figures_of(0.1732))
    assert find(bar, QLabel, "held_outStatusLabel").text() == "held-out 135.8 (MSE 0.1732, 10,000 digits)"


class _Painter:
    """Stands for a painter where an axis only measures texts."""

    def setFont(self, _font: object) -> None: ...

    def boundingRect(self, rect: QRectF, _flags: object, text: str) -> QRectF:
        return QRectF(rect.x(), rect.y(), 7.0 * len(text), 14.0)


def test_the_end_of_a_run_is_told_quietly(qtbot: QtBot) -> None:
    bench = Workbench()
    bar = StatusBar(bench)
    qtbot.addWidget(bar)
    bar.show()
    tick, progress = find(bar, QLabel, "finishedTick"), find(bar, QProgressBar, "runProgressBar")
    colors = []
    for state, is_told in ((State.RUNNING, False), (State.FINISHED, True), (State.RUNNING, False)):
        bench.set_state(state)
        progress.setValue(1000)
        assert tick.isVisible() is is_told
        colors.append(progress.grab().toImage().pixelColor(progress.rect().center()).name())
    assert colors == [LIGHT.accent, LIGHT.done, LIGHT.accent]
