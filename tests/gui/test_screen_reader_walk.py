"""A walk over the whole window as programs that read the screen see it: docks, dialogs and menus."""

import pytest
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QDialog, QDockWidget, QProgressBar

from dae_core.training.config import TrainingConfig
from dae_gui.support.accessible import telling
from dae_gui.workbench.state import State
from helpers.defined_words import undefined
from helpers.screen_reader import count, faults
from helpers.widgets import find
from helpers.windows import action, train

TEXT = QAccessible.Text
DIALOGS = ("helpAction", "shortcutsAction", "aboutAction", "exportAction", "checkGradientAction")


@pytest.fixture(autouse=True)
def read_screen(qapp):
    QAccessible.setActive(True)
    yield
    QAccessible.setActive(False)


def value(widget):
    return QAccessible.queryAccessibleInterface(widget).text(TEXT.Value)


def test_everything_in_the_window_and_its_docks_can_be_read(window, qtbot):
    train(qtbot, window, 300)
    assert faults(window) == []
    assert count(window) > 200
    for dock in window.findChildren(QDockWidget):
        dock.show()
        dock.raise_()
        qtbot.waitUntil(lambda dock=dock: not dock.visibleRegion().isEmpty())
        assert faults(dock) == []
    assert undefined(window) == []
    for entry in window.menuBar().actions():
        assert faults(entry.menu()) == []


def test_everything_in_dialogs_can_be_read(window, qtbot):
    train(qtbot, window, 300)
    openers = [action(window, name).trigger for name in DIALOGS]
    openers += [window.timeline_panel.export_film, window.filters_w_panel.view.pictures.save_as]
    for opened in openers:
        opened()
        qtbot.waitUntil(lambda: any(w.isVisible() for w in window.findChildren(QDialog)))
        for dialog in window.findChildren(QDialog):
            if dialog.isVisible():
                assert faults(dialog) == []
                dialog.close()
    assert not isinstance(QApplication.activeModalWidget(), QDialog)


def test_the_curves_say_the_result_in_a_sentence(window, qtbot):
    assert value(window.curves_panel.plot).startswith(("Held-out error", "empty"))
    train(qtbot, window, 300)
    qtbot.waitUntil(lambda: window.workbench.figures is not None)
    error = window.workbench.figures.error
    sentence = value(window.curves_panel.plot)
    assert sentence.startswith(f"Held-out error {error:,.1f} at iteration 300"), sentence
    qtbot.waitUntil(lambda: "the best linear denoiser" in value(window.curves_panel.plot))
    description = QAccessible.queryAccessibleInterface(window.curves_panel.plot).text(TEXT.Description)
    assert description.startswith("Held-out error")
    assert "Left and right arrow" in description


def test_the_progress_of_a_run_is_its_iteration(window, qtbot):
    train(qtbot, window, 300)
    bar = find(window, QProgressBar, "runProgressBar")
    assert value(bar) == "Finished, iteration 300 of 300"
    number = QAccessible.queryAccessibleInterface(bar).valueInterface()
    assert (number.currentValue(), number.maximumValue()) == (300, 300)


def test_how_a_run_goes_and_what_is_said_is_announced(window, qtbot, monkeypatch):
    said = []

    def hear(event):
        if event.type() == QAccessible.Event.Announcement:
            said.append((event.message(), event.politeness().name))

    monkeypatch.setattr(telling, "send", hear)
    train(qtbot, window, 100)
    assert ("Finished, iteration 100 of 100", "Polite") in said
    window.messages.warn("The folder is gone.")
    assert said[-1] == ("The folder is gone.", "Assertive")
    window.training_panel.set_config(TrainingConfig(iterations=3000, hidden_units=9, learning_rate=0.5))
    action(window, "startAction").trigger()
    qtbot.waitUntil(lambda: window.workbench.state is State.DIVERGED)
    qtbot.waitUntil(lambda: any("iverged" in text for text, how in said if how == "Assertive"))
