"""Every thing has one name, one place, one colour and one icon; names are cut where they are alike."""

import re
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QDockWidget, QTableView, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from dae_core.training.config import TrainingConfig
from dae_gui.panels.runs_panel import actions as run_actions
from dae_gui.sessions.run_list import RunList
from dae_gui.support import theme
from dae_gui.widgets.controls.icon_button import IconButton
from dae_gui.window import actions as table
from dae_gui.window.main_window import MainWindow
from dae_gui.workbench.state import State
from helpers.datasets import save_pictures
from helpers.run_steps import SHORT, RunSteps
from helpers.widgets import find
from helpers.windows import action, train


def seen_texts(window: MainWindow) -> list[str]:
    """Return what the buttons of the run say, wherever they are seen."""
    watched = {action(window, name) for name in table.TRAINING_MENU if name}
    buttons = [b for b in window.findChildren(QToolButton) if b.isVisible() and b.defaultAction() in watched]
    return sorted(button.text() for button in buttons)


def test_every_button_of_the_run_is_seen_once_whatever_is_hidden(qtbot: QtBot, window: MainWindow) -> None:
    assert seen_texts(window) == ["Reset", "Start", "Step", "Stop"]
    find(window, QDockWidget, "trainingDock").close()
    assert seen_texts(window) == ["Reset", "Start", "Step", "Stop"]
    train(qtbot, window)
    assert seen_texts(window) == ["Continue for 60 more", "Reset", "Start", "Step", "Stop"]


def test_no_two_actions_say_the_same_in_any_state(qtbot: QtBot, window: MainWindow) -> None:
    window.training_panel.set_config(TrainingConfig(iterations=10**9, hidden_units=9))
    states = ("startAction", State.RUNNING), ("pauseAction", State.PAUSED), ("startAction", State.RUNNING)
    for name, state in (*states, ("stopAction", State.FINISHED)):
        action(window, name).trigger()
        qtbot.waitUntil(lambda state=state: window.workbench.state is state or window.workbench.state is State.IDLE)
        texts = [action(window, name).text().replace("&", "") for name in filter(None, table.TRAINING_MENU)]
        assert len(set(texts)) == len(texts)


def test_no_icon_stands_for_two_things_beside_each_other(window: MainWindow) -> None:
    # Private: the table of actions.
    (current,) = [row[0] for name, row in run_actions._ACTIONS.items() if name == "runsMakeCurrentAction"]
    used = [spec.icon for spec in table.ACTIONS] + [row[0] for row in run_actions._ACTIONS.values()]
    assert used.count(current) == 1
    # Private: what an icon button shows.
    assert current not in [button._icon_name for button in window.findChildren(IconButton)]


def test_colours_of_runs_are_distinct_and_stay(qtbot: QtBot) -> None:
    steps = RunSteps()
    runs = RunList(steps.recorder)
    for seed in range(8):
        steps.begin(SHORT.replace(seed=seed))
        steps.train(5)
    before = {run.label.key: run.label.color for run in runs.runs}
    assert len({theme.run_color(color, dark=False).name() for color in before.values()}) == 8
    gone = runs.kept[2].label
    runs.remove([gone.key])
    steps.begin(SHORT.replace(seed=99))
    steps.train(5)
    after = {run.label.key: run.label.color for run in runs.runs}
    assert all(after[key] == before[key] for key in before if key != gone.key)
    assert len({color % 8 for color in after.values()}) == 8
    steps.close()


@pytest.mark.parametrize("one", [theme.LIGHT, theme.DARK])
def test_the_present_run_has_its_own_colour_beside_others(one: theme.Theme) -> None:
    for index in range(8):
        tinted = theme.tinted(one, index)
        assert tinted.error == theme.run_color(index, one.is_dark).name()
        ground = QColor(one.plot_background).lightnessF()
        raw, line = QColor(tinted.error_raw).lightnessF(), QColor(tinted.error).lightnessF()
        assert abs(raw - ground) < abs(line - ground)


def test_dead_units_are_told_as_in_the_health_panel(qtbot: QtBot, window: MainWindow) -> None:
    train(qtbot, window)
    qtbot.waitUntil(lambda: window.workbench.figures is not None)
    label = window.status.findChild(object, "deadStatusLabel")
    qtbot.waitUntil(lambda: label.text().endswith(" of 9 dead"))


def test_photographs_are_no_digits(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    folder = save_pictures(tmp_path / "photographs")
    window._data.open(str(folder))
    qtbot.waitUntil(lambda: window.workbench.dataset is not None and window.workbench.dataset.noun == "images")
    texts = [event.text for event in window.event_log.since(0)]
    assert any("images to train on" in text for text in texts)
    assert not any("digits to train on" in text for text in texts if "photographs" in text)
    for name in window.studies.docks:
        action(window, f"{name}Action").trigger()
    told = [text for widget in window.findChildren(QWidget) for text in (widget.toolTip(), widget.accessibleName())]
    assert [text for text in told if re.search("(held-out|training|noisy|all|few) digits|digits to train", text)] == []


def test_names_are_cut_in_the_middle(window: MainWindow) -> None:
    action(window, "runsDockAction").trigger()
    tables = window.findChildren(QTableView)
    assert tables
    assert all(one.textElideMode() is Qt.TextElideMode.ElideMiddle for one in tables)
