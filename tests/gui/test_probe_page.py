"""The page of the probe: what it measures by itself and what when asked, and what it says where it cannot."""

import dataclasses
from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QPushButton
from pytestqt.qtbot import QtBot

from dae_core.datasets import Dataset
from dae_core.model.corruption import Gaussian
from dae_core.representation.confusions import confusions
from dae_core.representation.probe import CONTENDERS, Probe, Reading, read_contender
from dae_core.training.config import TrainingConfig
from dae_core.training.history import History
from dae_core.training.snapshots import Snapshot
from dae_gui.panels.representation_panel import RepresentationPanel, probe_page, probe_readings
from dae_gui.panels.representation_panel.probe_page import ProbePage
from dae_gui.panels.representation_panel.probe_readings import QUICK, in_halves
from dae_gui.support.theme import DARK, apply_theme
from dae_gui.widgets.plots.interval_chart import Bar, Group, IntervalChart
from dae_gui.workbench.facts import OpenData, RunProgress
from dae_gui.workbench.state import State
from helpers.datasets import make_dataset, small_dataset
from helpers.models import make_model
from helpers.widgets import Notices, click, find, shown_panel, text

CONFIG = TrainingConfig(hidden_units=12, learning_rate=0.002, corruption=Gaussian(0.5), seed=3)
NOISES = (("clean", False), ("noisy", True))


def mislabelled() -> Dataset:
    """Return bars of which every seventh is said to be of another class."""
    bars = make_dataset()
    labels = []
    for known in (bars.train_labels, bars.test_labels):
        assert known is not None
        labels.append(np.where(np.arange(len(known)) % 7, known, (known + 1) % 3).astype(np.uint8))
    return dataclasses.replace(bars, train_labels=labels[0], test_labels=labels[1])


DATA = mislabelled()


@pytest.fixture
def empty_page(qtbot: QtBot) -> Iterator[ProbePage]:
    with shown_panel(qtbot, ProbePage, 760, 320) as page:
        yield page


@pytest.fixture
def page(qtbot: QtBot, empty_page: ProbePage) -> ProbePage:
    empty_page.workbench.set_data(OpenData(DATA))
    empty_page.workbench.set_config(CONFIG)
    empty_page.workbench.set_model(make_model(DATA), 100)
    qtbot.waitUntil(lambda: text(empty_page, "probeTextLabel").startswith("Iteration 100:"))
    return empty_page


def wait_until_known(qtbot: QtBot, page: ProbePage, iteration: int = 100) -> None:
    def is_known() -> bool:
        bars = [bar for group in page.chart.groups() for bar in group.bars]
        told = text(page, "probeTextLabel").startswith(f"Iteration {iteration:,}:")
        return told and bool(bars) and not any(np.isnan(bar.value) for bar in bars) and not page.is_asking("quick")

    qtbot.waitUntil(is_known)


def expected(key: str, noisy: bool, seed: int = 0) -> Reading:
    probe = Probe(DATA, CONFIG.corruption, QUICK, QUICK)
    reading = read_contender(probe, key, make_model(DATA, seed), CONFIG, noisy=noisy)
    assert reading is not None
    return reading


def shown(page: ProbePage) -> dict[tuple[str, str], tuple[float, float, float]]:
    return {
        (group.name, bar.series): (bar.value, bar.low, bar.high) for group in page.chart.groups() for bar in group.bars
    }


def test_before_anything_it_says_what_it_waits_for(empty_page: ProbePage) -> None:
    assert "loaded" in empty_page.chart.accessible_value()
    assert not find(empty_page, QPushButton, "probeButton").isEnabled()
    assert not find(empty_page, QPushButton, "probeAlongButton").isEnabled()


def test_bars_and_pictures_are_those_of_the_core(qtbot: QtBot, page: ProbePage) -> None:
    wait_until_known(qtbot, page)
    bars = shown(page)
    for key, contender in CONTENDERS.items():
        for series, noisy in NOISES:
            reading = expected(key, noisy)
            wanted = [100 * value for value in (reading.error, *reading.interval)]
            assert bars[contender.short, series] == pytest.approx(wanted)
    found = confusions(expected("code", False))
    assert len(found) > 1
    for view, one in zip(page.pictures.views, found, strict=False):
        assert view.isVisible()
        assert view.caption() == f"{one.truth} as {one.taken_for}: {len(one.indices)}"
        array = view.array()
        assert array is not None
        np.testing.assert_array_equal(array[:, : DATA.shape[1]], DATA.test_images[one.indices[0]])
    assert [view.isVisible() for view in page.pictures.views].count(True) == min(len(found), 6)
    told = text(page, "probeTextLabel")
    assert "90 of 90 training digits, measured on 60 held-out ones" in told
    assert "Gaussian σ 0.5" in told
    assert page.trend.values()[next(iter(page.trend.values()))].tolist() == [
        pytest.approx(100 * expected("code", False).error)
    ]


def test_only_what_is_of_the_weights_is_read_again(
    qtbot: QtBot, page: ProbePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    wait_until_known(qtbot, page)
    read: list[tuple[str, bool]] = []

    def spy(probe, key, *arguments, noisy, monitor):  # type: ignore[no-untyped-def]
        read.append((key, noisy))
        return read_contender(probe, key, *arguments, noisy=noisy, monitor=monitor)

    monkeypatch.setattr(probe_readings, "read_contender", spy)
    page.workbench.set_model(make_model(DATA, 7), 250)
    wait_until_known(qtbot, page, 250)
    qtbot.waitUntil(lambda: len(read) == 2)
    assert read == [("code", False), ("code", True)]
    assert shown(page)["code z", "clean"][0] == pytest.approx(100 * expected("code", False, 7).error)
    assert page.trend.places().tolist() == [100, 250]
    read.clear()
    page.workbench.set_config(CONFIG.replace(corruption=Gaussian(0.7)))
    qtbot.waitUntil(lambda: len(read) == 4)
    assert {noisy for _, noisy in read} == {True}
    read.clear()
    page.workbench.set_config(CONFIG.replace(corruption=Gaussian(0.7), seed=8))
    qtbot.waitUntil(lambda: len(read) == 2)
    assert read == [("start", False), ("start", True)]


def test_while_training_it_measures_where_live_is_ticked(
    qtbot: QtBot, page: ProbePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probe_page, "_SHARE", 1.0)
    find(page, QCheckBox, "probeLiveCheckBox").setChecked(False)
    page.workbench.set_state(State.RUNNING)
    qtbot.waitUntil(lambda: not page.is_asking("quick"))
    page.workbench.set_model(make_model(DATA, 7), 250)
    page.study()
    assert not page.is_asking("quick")
    find(page, QCheckBox, "probeLiveCheckBox").setChecked(True)
    qtbot.waitUntil(lambda: 250 in page.trend.places().tolist())


def test_what_is_hidden_asks_for_nothing(page: ProbePage, monkeypatch: pytest.MonkeyPatch) -> None:
    page.hide()
    monkeypatch.setattr(page, "ask", lambda *_: pytest.fail("asked"))
    page.workbench.set_model(make_model(DATA, 7), 250)
    QApplication.processEvents()


def test_all_images_are_measured_when_it_is_asked_for(
    qtbot: QtBot, page: ProbePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    amount = find(page, QComboBox, "probeAmountComboBox")
    amount.setCurrentIndex(1)
    assert "Press" in page.chart.accessible_value()
    amount.setCurrentIndex(0)
    click(qtbot, page, "probeButton")
    qtbot.waitUntil(lambda: amount.currentIndex() == 1)
    whole = shown(page)
    page.workbench.set_model(make_model(DATA, 7), 250)
    amount.setCurrentIndex(0)
    qtbot.waitUntil(lambda: text(page, "probeTextLabel").startswith("Iteration 250:"))
    amount.setCurrentIndex(1)
    assert shown(page) == whole
    assert text(page, "probeTextLabel").startswith("Iteration 100:")


def test_measuring_all_can_be_cancelled(qtbot: QtBot, page: ProbePage, monkeypatch: pytest.MonkeyPatch) -> None:
    notices = Notices(page)

    def slow(_probe, _key, *_arguments, noisy, monitor):  # type: ignore[no-untyped-def]
        while True:
            monitor.report(0.5)

    monkeypatch.setattr(probe_readings, "read_contender", slow)
    click(qtbot, page, "probeButton")
    assert page.line.is_working()
    click(qtbot, page, "probeCancelButton")
    assert not page.line.is_working()
    qtbot.waitUntil(lambda: bool(notices.notes))
    assert "cancelled" in notices.notes[0]
    assert find(page, QComboBox, "probeAmountComboBox").currentIndex() == 0


def test_the_curve_along_the_run_grows(qtbot: QtBot, page: ProbePage) -> None:
    page.workbench.set_snapshots(tuple(Snapshot(at, make_model(DATA, at)) for at in (0, 16, 36, 64)))
    click(qtbot, page, "probeAlongButton")
    qtbot.waitUntil(lambda: not page.along.is_working())
    assert page.trend.places().tolist() == [0, 16, 36, 64, 100]
    values = next(iter(page.trend.values().values()))
    for place, at in enumerate((0, 16, 36, 64)):
        assert values[place] == pytest.approx(100 * expected("code", False, at).error)
    notices = Notices(page)
    click(qtbot, page, "probeAlongButton")
    qtbot.waitUntil(lambda: bool(notices.notes))
    assert "All snapshots" in notices.notes[0]
    page.workbench.begin_run(CONFIG, History(), RunProgress())
    assert not page.is_asking("along")
    qtbot.waitUntil(lambda: 0 not in page.trend.places().tolist())


def test_the_curve_along_the_run_can_be_cancelled(
    qtbot: QtBot, page: ProbePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.workbench.set_snapshots(tuple(Snapshot(at, make_model(DATA, at)) for at in (0, 16, 36, 64)))

    def slow(probe, key, model, *arguments, noisy, monitor):  # type: ignore[no-untyped-def]
        while page.trend.places().tolist() == [0, 100]:  # after the first one
            monitor.check()
        return read_contender(probe, key, model, *arguments, noisy=noisy, monitor=monitor)

    monkeypatch.setattr(probe_readings, "read_contender", slow)
    click(qtbot, page, "probeAlongButton")
    qtbot.waitUntil(lambda: page.trend.places().tolist() == [0, 100])
    click(qtbot, page, "probeAlongCancelButton")
    assert not page.along.is_working()
    assert not page.is_asking("along")
    assert page.trend.places().tolist() == [0, 100]


def test_where_it_cannot_be_measured_it_says_why(qtbot: QtBot, empty_page: ProbePage) -> None:
    notices = Notices(empty_page)
    empty_page.workbench.set_data(OpenData(small_dataset()))
    empty_page.workbench.set_model(make_model(small_dataset()), 100)
    qtbot.waitUntil(lambda: "have no labels" in empty_page.chart.accessible_value())
    assert not find(empty_page, QPushButton, "probeButton").isEnabled()
    empty_page.workbench.set_data(OpenData(DATA))
    empty_page.workbench.set_config(CONFIG)
    diverged = make_model(DATA)
    diverged.W[:, 0] = np.nan
    empty_page.workbench.set_model(diverged, 100)
    qtbot.waitUntil(lambda: "diverged" in empty_page.chart.accessible_value())
    empty_page.workbench.set_model(make_model(DATA), 100)
    qtbot.waitUntil(lambda: text(empty_page, "probeTextLabel").startswith("Iteration 100:"))
    assert not notices.warnings


def test_the_dock_asks_for_the_least_height_of_the_page_that_is_shown(qtbot: QtBot) -> None:
    with shown_panel(qtbot, RepresentationPanel, 900, 400) as panel:
        panel.show_page("probe")
        wide, narrow = (panel.layout().totalMinimumHeightForWidth(width) for width in (900, 310))
        assert panel.pages["probe"].minimumSizeHint().height() < wide < narrow < 300


@pytest.mark.parametrize("count", [0, 1, 2, 3, 10, 97])
def test_places_in_halves_are_all_places_the_ends_first(count: int) -> None:
    order = in_halves(count)
    assert sorted(order) == list(range(count))
    if count > 2:
        assert order[:3] == [0, count - 1, (count - 1) // 2]


def test_the_chart_reads_copies_and_paints(qtbot: QtBot, restored_theme: QApplication) -> None:
    chart = IntervalChart("chart", "Errors", [("one", "accent"), ("two", "sparsity")], "%")
    qtbot.addWidget(chart)
    chart.resize(300, 160)
    chart.show_groups((), "Nothing yet")
    assert chart.is_empty()
    assert chart.accessible_value() == "Nothing yet"
    assert chart.as_text() == ""
    groups = [
        Group("a long name of something", (Bar("one", 5.0, 4.0, 6.5, "by 3"), Bar("two"))),
        Group("b", (Bar("one", 10.0, 8.0, 20.0), Bar("two", 0.0, 0.0, 1.0))),
    ]
    chart.show_groups(groups)
    lines = chart.as_text().splitlines()
    assert lines[0] == "Errors\t\t%\t95 % low\t95 % high"
    assert lines[1] == "a long name of something\tone\t5.0000\t4.0000\t6.5000"
    assert lines[2] == "a long name of something\ttwo\t\t\t"
    tips = {chart.tooltip_at(QPoint(5, y)) for y in range(160)}
    assert "a long name of something, one: 5.00 % (95 %: 4.00 to 6.50), by 3" in tips
    assert "b, two: 0.00 % (95 %: 0.00 to 1.00)" in tips
    pictures = [chart.grab().toImage()]
    apply_theme(restored_theme, DARK)
    pictures.append(chart.grab().toImage())
    chart.show_groups(groups[:1])
    pictures.append(chart.grab().toImage())
    assert pictures[0] != pictures[1] != pictures[2]
    assert chart.picture() is not None
