"""The next layer in the whole window: a run on the code of the one before, beside it, saved and reopened with it."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from dae_core.representation.stacking.stack_file import stack_below
from dae_gui.panels.representation_panel import RepresentationPanel
from dae_gui.panels.representation_panel.layers_page import LayersPage
from dae_gui.workbench.state import State
from helpers.widgets import click, find
from helpers.window_runs import CONFIG, finish, open_in, save_to
from helpers.windows import MakeWindow


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAE_STUDIO_DATA", str(tmp_path / "data"))


def test_the_next_layer_is_a_run_of_its_own_and_finds_the_one_below_again(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window()
    finish(qtbot, window)
    first = window.workbench.model
    dock = window.studies.docks["representationDock"]
    dock.show()
    dock.raise_()
    qtbot.waitUntil(lambda: window.findChild(RepresentationPanel, "representationPanel") is not None)
    representation = find(window, RepresentationPanel, "representationPanel")
    representation.show_page("layers")
    panel = representation.pages["layers"]
    assert isinstance(panel, LayersPage)
    qtbot.waitUntil(lambda: panel.filters.count() == CONFIG.hidden_units)
    click(qtbot, panel, "nextLayerButton")
    qtbot.waitUntil(lambda: window.workbench.data.source.startswith("code:layer-2"))
    qtbot.waitUntil(lambda: window.workbench.state is State.FINISHED)
    assert window.workbench.model.n_inputs == CONFIG.hidden_units
    qtbot.waitUntil(lambda: panel.filters.count() > 0)
    assert len(panel.stack().layers) == 2
    assert panel.stack().layers[0].model.W.tobytes() == first.W.tobytes()
    session = save_to(qtbot, window, tmp_path / "two.dae", monkeypatch)
    assert [run.data.name for run in session.runs] == ["Bundled digits", "Code of layer 1 of Bundled digits"]
    window.close()

    again = make_window()
    open_in(qtbot, again, tmp_path / "two.dae")
    source = again.workbench.data.source
    assert again.workbench.can_train
    assert stack_below(source).stack.top.model.W.tobytes() == first.W.tobytes()
