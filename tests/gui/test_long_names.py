"""Names as long as they may be push nothing off the window: every part is as narrow as with short ones."""

import dataclasses

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from dae_core.datasets import Dataset
from dae_core.datasets.bundled import load_bundled_digits
from dae_gui.window.main_window import MainWindow
from dae_gui.workbench.facts import OpenData
from helpers.window_runs import CONFIG, finish


def sizes(qtbot: QtBot, window: MainWindow, name: str) -> dict[str, tuple[int, int]]:
    """Name all there is, show every dock, and return the least sizes of all of them."""
    digits = load_bundled_digits()
    dataset = Dataset(name, digits.train_images, digits.train_labels, digits.test_images, digits.test_labels)
    config = dataclasses.replace(CONFIG, iterations=60)
    window.controller.set_data(OpenData(dataset, f"/nowhere/{name}"), config)
    finish(qtbot, window, config)
    window.document.runs.relabel(window.document.runs.label.key, name=name, notes=name)
    finish(qtbot, window, config)
    window.document.runs.relabel(window.document.runs.label.key, name=name)
    window.messages.warn(f"{name} was not saved.")
    window.messages.note(f"{name} was saved.")
    docks = {**window._layout.docks, **window.studies.docks}  # private: every dock there is
    for dock in docks.values():
        dock.show()
        dock.raise_()
        QApplication.processEvents()
    parts = {"window": window, "banner": window.banner, "status": window.statusBar(), **docks}
    return {key: (part.minimumSizeHint().width(), part.minimumSizeHint().height()) for key, part in parts.items()}


def test_long_names_take_no_more_room(qtbot: QtBot, window: MainWindow) -> None:
    short = sizes(qtbot, window, "A")
    for name in ("W" * 200, "\n" * 200):
        long = sizes(qtbot, window, name)
        # Counts of events and runs grow meanwhile.
        wider = {key: (short[key], long[key]) for key in short if long[key][0] > short[key][0] + 80}
        higher = {key: (short[key], long[key]) for key in short if long[key][1] > short[key][1] + 60}
        assert wider == {}
        assert higher == {}
