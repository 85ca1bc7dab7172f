"""The data set dock: what it says of each set, downloads from a real server that misbehaves, and the numbers."""

import dataclasses
import gzip
import hashlib
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QStyleOptionViewItem
from pytestqt.qtbot import QtBot

from dae_core.datasets import (
    CATALOGUE,
    OWN_PREFIX,
    CatalogueEntry,
    CatalogueFile,
    Dataset,
    OwnSet,
    open_dataset,
    own_set_names,
    write_idx,
)
from dae_core.datasets.bundled import load_bundled_digits
from dae_core.training.history import History
from dae_core.training.trainer import Trainer
from dae_core.training.trainer import train as run_to_the_end
from dae_gui.data import loader as loading
from dae_gui.panels.dataset_panel import DatasetPanel
from dae_gui.panels.dataset_panel.overview import Overview
from dae_gui.panels.dataset_panel.rows import DataRow
from dae_gui.support import theme
from dae_gui.support.settings import Settings
from dae_gui.widgets.plots.bar_chart import BarChart
from dae_gui.window.main_window import MainWindow
from dae_gui.workbench.facts import OpenData
from helpers.server import Server, serving
from helpers.widgets import click, find, shown_panel, tile_text
from helpers.windows import MakeWindow, answer, data_panel, train, wait_for_shape

N_TRAIN, N_TEST = 60, 20


def made_up_images() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(3)
    train_images = rng.integers(0, 256, (N_TRAIN, 10, 12), np.uint8)
    train_images[:, :3] = 0
    test_images = rng.integers(0, 256, (N_TEST, 10, 12), np.uint8)
    return train_images, rng.integers(0, 4, N_TRAIN, np.uint8), test_images, rng.integers(0, 4, N_TEST, np.uint8)


def made_up_files() -> dict[str, bytes]:
    files = {}
    for file, array in zip(CATALOGUE["mnist"].files, made_up_images(), strict=True):
        header = bytes((0, 0, 8, array.ndim)) + b"".join(d.to_bytes(4, "big") for d in array.shape)
        files[file.name] = gzip.compress(header + array.tobytes(), mtime=0)
    return files


FILES = made_up_files()


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(FILES) as running:
        yield running


@pytest.fixture(autouse=True)
def own_data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DAE_STUDIO_DATA", str(tmp_path / "data ä"))
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


def serve_mnist(monkeypatch: pytest.MonkeyPatch, *mirrors: str) -> CatalogueEntry:
    """Put a made-up set in MNIST's place, which these servers have."""
    described = tuple(
        CatalogueFile(name, hashlib.md5(data, usedforsecurity=False).hexdigest(), len(data))
        for name, data in FILES.items()
    )
    entry = dataclasses.replace(
        CATALOGUE["mnist"],
        files=described,
        mirrors=mirrors,
        n_train=N_TRAIN,
        n_test=N_TEST,
        shape=(10, 12),
        openml=None,
    )
    monkeypatch.setitem(CATALOGUE, "mnist", entry)
    return entry


def put_mnist_here(monkeypatch: pytest.MonkeyPatch) -> CatalogueEntry:
    """Put a made-up set in MNIST's place, as if it had been downloaded."""
    entry = serve_mnist(monkeypatch)
    entry.folder().mkdir(parents=True)
    for name, data in FILES.items():
        (entry.folder() / name).write_bytes(data)
    return entry


def row(panel: DatasetPanel, source: str) -> DataRow:
    return next(row for row in panel.list.rows() if row.source == source)


def set_what_is_here(panel: DatasetPanel) -> None:
    """Offer what is on this machine, as the window does."""
    here = [(entry.title, name) for name, entry in CATALOGUE.items() if entry.is_present()]
    own = [(name, OWN_PREFIX + name) for name in own_set_names()]
    panel.set_choices([("Bundled digits", "digits"), *here, *own])


@pytest.fixture
def panel(qtbot: QtBot) -> Iterator[DatasetPanel]:
    """Give a panel that stands alone, with the bundled digits in use."""
    with shown_panel(qtbot, DatasetPanel, 770, 330) as panel:
        panel.choicesStale.connect(lambda: set_what_is_here(panel))
        panel.workbench.set_data(OpenData(load_bundled_digits(), "digits"))
        set_what_is_here(panel)
        qtbot.waitUntil(lambda: bool(panel.list.rows()) and row(panel, "digits").is_used)
        yield panel


def use(qtbot: QtBot, panel: DatasetPanel, source: str) -> None:
    """Have a data set in use, as the window does when it is opened."""
    panel.workbench.set_data(OpenData(open_dataset(source), source))
    qtbot.waitUntil(lambda: panel.overview.mean_view.array() is not None)


def choose(qtbot: QtBot, panel: DatasetPanel, source: str) -> None:
    """Click on a row."""
    view = panel.list.view
    index = panel.list.model.index(panel.list.model.place(source))
    view.scrollTo(index)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(index).center())
    assert chosen(panel) == source


def chosen(panel: DatasetPanel) -> str:
    current = panel.list.current()
    assert current is not None
    return current.source


def in_use(window: MainWindow) -> str:
    assert window.workbench.dataset is not None
    return window.workbench.dataset.name


def test_it_is_closed_at_first_and_its_key_opens_it(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window()
    dock = window.studies.docks["datasetDock"]
    assert not dock.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_Exclam, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(window, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(dock.isVisible)


def test_every_set_says_what_it_is(qtbot: QtBot, panel: DatasetPanel) -> None:
    assert [r.source for r in panel.list.rows()] == ["digits", "mnist", "fashion-mnist", "kmnist"]
    qtbot.waitUntil(lambda: row(panel, "digits").picture is not None)
    for name, entry in CATALOGUE.items():
        words = row(panel, name).description()
        for said in (entry.title, "70,000 images", "28 × 28", entry.licence, entry.source, "to download"):
            assert said in words
        assert not row(panel, name).is_here
        assert row(panel, name).picture is None
    dataset = panel.dataset
    assert dataset is not None
    picture = row(panel, "digits").picture
    assert picture is not None
    np.testing.assert_array_equal(picture[:28, :28], dataset.test_images[0])
    np.testing.assert_array_equal(picture[28:, 28:], dataset.test_images[3])
    assert row(panel, "digits").is_used
    assert chosen(panel) == "digits"
    assert find(panel, QPushButton, "useDataButton").isVisible()
    assert not find(panel, QPushButton, "useDataButton").isEnabled()


def test_one_click_fetches_and_uses_a_set_and_the_next_start_is_offline(
    qtbot: QtBot, make_window: MakeWindow, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = serve_mnist(monkeypatch, server.url())
    window = make_window()
    panel = data_panel(qtbot, window)
    choose(qtbot, panel, "mnist")
    click(qtbot, panel, "downloadDataButton")
    qtbot.waitUntil(lambda: in_use(window) == "MNIST")
    assert entry.is_present()
    qtbot.waitUntil(lambda: row(panel, "mnist").is_used and row(panel, "mnist").picture is not None)
    picture = row(panel, "mnist").picture
    assert picture is not None
    np.testing.assert_array_equal(picture[:10, :12], made_up_images()[2][0])
    assert "On this machine" in row(panel, "mnist").place
    window.close()

    asked = len(server.requests)
    again = make_window()
    assert in_use(again) == "MNIST"
    assert len(server.requests) == asked


def test_a_downloaded_set_trains_in_the_window_as_its_files_do_headless(
    qtbot: QtBot, make_window: MakeWindow, server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    serve_mnist(monkeypatch, server.url())
    window = make_window()
    panel = data_panel(qtbot, window)
    choose(qtbot, panel, "mnist")
    click(qtbot, panel, "downloadDataButton")
    qtbot.waitUntil(lambda: in_use(window) == "MNIST")
    train(qtbot, window, 700)

    folder = tmp_path / "the same files"
    folder.mkdir()
    for name, content in made_up_files().items():
        (folder / name).write_bytes(content)
    trainer, history = Trainer(open_dataset(folder), window.workbench.config), History()
    for progress in run_to_the_end(trainer):
        history.append(progress)
    np.testing.assert_array_equal(window.workbench.history.error.values(), history.error.values())
    assert window.workbench.model is not None
    for name, array in trainer.model.parameters.items():
        np.testing.assert_array_equal(window.workbench.model.parameters[name], array)


def test_after_training_a_download_is_kept_but_not_used_unasked(
    qtbot: QtBot, make_window: MakeWindow, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve_mnist(monkeypatch, server.url())
    window = make_window()
    panel = data_panel(qtbot, window)
    train(qtbot, window)
    qtbot.waitUntil(lambda: panel.iteration == 60)
    window.workbench.look_at(window.workbench.snapshots[0])  # the run is as far as it was
    assert panel.iteration == 0
    choose(qtbot, panel, "mnist")
    qtbot.keyClick(panel.list.view, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: row(panel, "mnist").is_here)
    assert in_use(window) == "Bundled digits"
    qtbot.keyClick(panel.list.view, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: in_use(window) == "MNIST")


def test_a_download_is_cancelled_in_the_middle(
    qtbot: QtBot, panel: DatasetPanel, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = serve_mnist(monkeypatch, server.url("hang"))
    choose(qtbot, panel, "mnist")
    click(qtbot, panel, "downloadDataButton")
    qtbot.waitUntil(server.hanging.is_set)
    assert row(panel, "mnist").progress is not None
    assert not find(panel, QPushButton, "downloadDataButton").isVisible()
    click(qtbot, panel, "cancelDownloadButton")
    assert row(panel, "mnist").progress is None
    assert row(panel, "mnist").problem == ""
    assert find(panel, QPushButton, "downloadDataButton").isVisible()
    qtbot.waitUntil(lambda: not any(t.name == "download" for t in threading.enumerate()))
    assert not entry.is_present()


def test_progress_is_shown_in_bytes_and_seconds(
    qtbot: QtBot, panel: DatasetPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    pause = threading.Event()

    def slow(_entry, monitor):
        while not pause.wait(0.01):
            monitor.count(4_200_000, 11_600_000, "bytes", "train")

    monkeypatch.setattr("dae_gui.panels.dataset_panel.panel.download_entry", slow)
    panel.download("kmnist")
    qtbot.waitUntil(lambda: "4.2 MB of 11.6 MB, 1 s left" in row(panel, "kmnist").progress_text)
    assert row(panel, "kmnist").progress == pytest.approx(4.2 / 11.6)
    assert "s left" in row(panel, "kmnist").description()
    panel.downloads.cancel("kmnist")


def test_a_failed_download_is_a_sentence_in_its_row_and_can_be_tried_again(
    qtbot: QtBot, panel: DatasetPanel, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve_mnist(monkeypatch, server.url("missing"))
    choose(qtbot, panel, "mnist")
    click(qtbot, panel, "downloadDataButton")
    qtbot.waitUntil(lambda: row(panel, "mnist").problem != "")
    assert "MNIST" in row(panel, "mnist").problem
    assert "404" in row(panel, "mnist").problem
    again = find(panel, QPushButton, "downloadDataButton")
    assert again.text() == "Try again"
    delegate, option = panel.list.view.itemDelegate(), QStyleOptionViewItem()
    heights = {
        s: delegate.sizeHint(option, panel.list.model.index(panel.list.model.place(s))).height()
        for s in ("mnist", "kmnist")
    }
    assert heights["mnist"] > heights["kmnist"], "the sentence has no room"
    picture = panel.grab().toImage()
    serve_mnist(monkeypatch, server.url())
    with qtbot.waitSignal(panel.useRequested) as wanted:
        click(qtbot, panel, "downloadDataButton")
    assert wanted.args == ["mnist"]
    assert row(panel, "mnist").problem == ""
    assert panel.grab().toImage() != picture


def test_closing_the_window_in_the_middle_of_a_download(
    qtbot: QtBot, make_window: MakeWindow, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve_mnist(monkeypatch, server.url("hang"))
    window = make_window()
    data_panel(qtbot, window).download("mnist")
    qtbot.waitUntil(server.hanging.is_set)
    assert window.close()
    assert not [t.name for t in threading.enumerate() if t.name.startswith("downloads")]
    server.released.set()
    qtbot.waitUntil(lambda: not any(t.name == "download" for t in threading.enumerate()))


def test_downloaded_files_are_removed_and_the_row_stays(
    qtbot: QtBot, panel: DatasetPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = put_mnist_here(monkeypatch)
    set_what_is_here(panel)
    qtbot.waitUntil(lambda: row(panel, "mnist").is_here)
    choose(qtbot, panel, "mnist")
    shown: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: bool(shown.append(url.toLocalFile())) or True)
    click(qtbot, panel, "showDataFolderButton")
    assert shown == [str(entry.folder())]
    qtbot.keyClick(panel.list.view, Qt.Key.Key_Delete)
    assert not entry.is_present()
    assert not row(panel, "mnist").is_here
    # Private: what it has been offered to choose from is handed on to the training panel.
    assert "mnist" not in [source for _, source in panel._choices]
    assert find(panel, QPushButton, "downloadDataButton").isVisible()


def test_a_set_that_is_still_loading_is_not_in_use(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    write_idx(folder / "train-images-idx3-ubyte", made_up_images()[0])
    window = make_window()
    panel = data_panel(qtbot, window)
    release, real = threading.Event(), loading.open_source

    def slow(*arguments):
        release.wait(120)
        return real(*arguments)

    monkeypatch.setattr(loading, "open_source", slow)
    source = str(folder)
    window.data_commands.open_path(source)
    qtbot.waitUntil(lambda: source in [r.source for r in panel.list.rows()])
    assert not row(panel, source).is_used
    assert row(panel, source).picture is None
    assert row(panel, "digits").is_used
    release.set()
    qtbot.waitUntil(lambda: row(panel, source).is_used and row(panel, source).picture is not None)
    assert "60 images, 10 × 12" in row(panel, source).facts
    assert chosen(panel) == source, "what is in use now is chosen, and so in sight"


def test_opened_folders_are_listed_and_taken_off(qtbot: QtBot, make_window: MakeWindow, tmp_path: Path) -> None:
    folder = tmp_path / "my folder"
    folder.mkdir()
    write_idx(folder / "train-images-idx3-ubyte", made_up_images()[0])
    window = make_window("--data", str(folder))
    panel = data_panel(qtbot, window)
    qtbot.waitUntil(lambda: row(panel, str(folder)).picture is not None)
    assert row(panel, str(folder)).title == "my folder"
    assert "60 images" in row(panel, str(folder)).facts
    panel.useRequested.emit("digits")
    qtbot.waitUntil(lambda: in_use(window) == "Bundled digits" and row(panel, "digits").is_used)
    choose(qtbot, panel, str(folder))
    click(qtbot, panel, "useDataButton")
    wait_for_shape(qtbot, window, (10, 12))
    panel.useRequested.emit("digits")
    qtbot.waitUntil(lambda: in_use(window) == "Bundled digits" and row(panel, "digits").is_used)
    choose(qtbot, panel, str(folder))
    click(qtbot, panel, "removeDataButton")
    qtbot.waitUntil(lambda: str(folder) not in [r.source for r in panel.list.rows()])
    assert Settings().recent_data == []
    assert folder.is_dir()


def test_the_numbers_are_those_of_the_data(qtbot: QtBot, panel: DatasetPanel, monkeypatch: pytest.MonkeyPatch) -> None:
    put_mnist_here(monkeypatch)
    train_images, train_labels, _, _ = made_up_images()
    use(qtbot, panel, "mnist")
    qtbot.waitUntil(lambda: "60 to train on" in find(panel, QLabel, "datasetNumbersLabel").text())
    words = find(panel, QLabel, "datasetNumbersLabel").text()
    for said in (
        "60 to train on", "20 held out", "10 × 12 pixels",
        f"mean {train_images.mean():.2f} of 255", f"std {train_images.std():.2f} of 255",
    ):  # fmt: skip
        assert said in words
    mean = panel.overview.mean_view.array()
    assert mean is not None
    np.testing.assert_allclose(mean, train_images.astype(float).mean(0))
    labels, counts = np.unique(train_labels, return_counts=True)
    assert rows_of(panel.overview.classes) == [(f"class {k}", n) for k, n in zip(labels, counts, strict=True)]
    expected = np.histogram(train_images, bins=np.arange(257))[0]
    assert [count for _, count in rows_of(panel.overview.greys)] == expected.tolist()


def rows_of(chart: BarChart) -> list[tuple[str, int]]:
    bars = chart.bars()
    return [] if bars is None else [(name, int(count)) for name, count in bars.table]


def test_another_hundred_is_seeded_and_shows_the_images_it_names(qtbot: QtBot, panel: DatasetPanel) -> None:
    dataset, overview = panel.dataset, panel.overview
    assert dataset is not None
    first = overview.shown().copy()
    assert len(set(first)) == 100
    assert_tiles(overview.view.array(), dataset, first)
    assert f"no. {first[7] + 1:,}" in tile_text(overview.view, 7)
    assert dataset.train_labels is not None
    assert f"class {dataset.train_labels[first[7]]}" in tile_text(overview.view, 7)
    click(qtbot, panel, "anotherExamplesButton")
    second = overview.shown().copy()
    assert set(second) != set(first)
    assert_tiles(overview.view.array(), dataset, second)
    assert find(panel, QLabel, "examplesSeedLabel").text() == "seed 1"

    other = Overview(panel)
    other.set_dataset(dataset)
    np.testing.assert_array_equal(other.shown(), first)
    other.another()
    np.testing.assert_array_equal(other.shown(), second)


def assert_tiles(picture: np.ndarray | None, dataset: Dataset, indices: np.ndarray) -> None:
    assert picture is not None
    for place, index in enumerate(indices):
        y, x = divmod(place, 10)
        tile = picture[28 * y : 28 * y + 28, 28 * x : 28 * x + 28]
        np.testing.assert_array_equal(tile, dataset.train_images[index])


def test_data_without_labels_says_so(qtbot: QtBot, panel: DatasetPanel, tmp_path: Path) -> None:
    write_idx(tmp_path / "a.idx", made_up_images()[0])
    use(qtbot, panel, str(tmp_path / "a.idx"))
    qtbot.waitUntil(lambda: "no labels" in panel.overview.classes.accessible_value())
    assert panel.overview.classes.bars() is None


@pytest.mark.parametrize("count", [2, 3])
def test_drawings_are_deleted_only_after_a_question(qtbot: QtBot, panel: DatasetPanel, count: int) -> None:
    own = OwnSet("My digits")
    for number in range(count):
        image = np.zeros((28, 28), np.uint8)
        image[number : number + 9, 5:9] = 200
        own.add(image, number)
    own.save()
    set_what_is_here(panel)
    qtbot.waitUntil(lambda: "own:My digits" in [r.source for r in panel.list.rows()])
    qtbot.waitUntil(lambda: f"{count} drawings" in row(panel, "own:My digits").facts)
    choose(qtbot, panel, "own:My digits")
    click(qtbot, panel, "removeDataButton")
    answer(qtbot, panel, "keepDrawingsButton")
    assert own.path().is_dir()
    click(qtbot, panel, "removeDataButton")
    answer(qtbot, panel, "deleteDrawingsButton")
    qtbot.waitUntil(lambda: "own:My digits" not in [r.source for r in panel.list.rows()])
    assert not own.path().exists()


def test_both_themes_paint_and_differ(qtbot: QtBot, panel: DatasetPanel, restored_theme: QApplication) -> None:
    qtbot.waitUntil(lambda: panel.overview.mean_view.array() is not None)
    pictures = []
    for one in (theme.LIGHT, theme.DARK):
        theme.apply_theme(restored_theme, one)
        QApplication.processEvents()
        pictures.append(panel.grab().toImage())
    assert pictures[0] != pictures[1]
    ground = pictures[1].pixelColor(2, 2).name()
    assert ground == theme.DARK.surface


def test_a_look_that_another_data_set_has_dropped_is_taken_again(qtbot: QtBot) -> None:
    with shown_panel(qtbot, DatasetPanel) as panel:
        panel.set_choices([("Bundled digits", "digits")])
        # Private: the look must be on its way or forgotten, whichever is first.
        qtbot.waitUntil(lambda: panel.is_asking("previews") or "digits" in panel._previews)
        panel._previews.clear()
        panel.workbench.set_data(OpenData(load_bundled_digits()))  # drops what is on its way
        qtbot.waitUntil(lambda: row(panel, "digits").picture is not None)
