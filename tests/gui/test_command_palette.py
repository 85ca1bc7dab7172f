"""The command palette, with real keys and clicks: what it finds, what choosing does, and where the focus then is."""

from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDialog,
    QDockWidget,
    QLabel,
    QScrollArea,
    QSpinBox,
    QTextBrowser,
    QWidget,
)
from pytestqt.qtbot import QtBot

from dae_core.datasets import CATALOGUE
from dae_gui.panels.dataset_panel import DatasetPanel
from dae_gui.panels.runs_panel import RunsPanel
from dae_gui.support.settings import Settings
from dae_gui.support.why_not import reason
from dae_gui.widgets.pictures.mosaic_view import MosaicView
from dae_gui.window.main_window import MainWindow
from dae_gui.window.palette.entries import Entry, Kind
from dae_gui.window.palette.popup import PalettePopup
from dae_gui.workbench.state import State
from helpers.widgets import find
from helpers.windows import MakeWindow, action, train

CONTROL = Qt.KeyboardModifier.ControlModifier


def opened(qtbot: QtBot, window: MainWindow, query: str = "") -> PalettePopup:
    """Open the palette with its key, which goes to what has the focus first, and type."""
    qtbot.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_K, CONTROL)
    palette = find(window, PalettePopup, "commandPalette")
    qtbot.waitUntil(palette.isVisible)
    qtbot.keyClicks(palette.field, query)
    return palette


def complete(qtbot: QtBot, window: MainWindow) -> None:
    """Wait until all panels are made, which begins when the palette is opened."""
    qtbot.waitUntil(lambda: window.studies.unmade() == [])


def shown(palette: PalettePopup) -> list[Entry]:
    model = palette.list.model()
    return [model.entry(row) for row in range(model.rowCount())]


def choose(qtbot: QtBot, window: MainWindow, query: str) -> None:
    palette = opened(qtbot, window, query)
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert not palette.isVisible()


def dock(window: MainWindow, name: str) -> QDockWidget:
    return find(window, QDockWidget, name)


# -- what there is ----------------------------------------------------------------------------------------------------


def test_every_action_of_the_window_is_found_by_its_name(qtbot: QtBot, window: MainWindow) -> None:
    palette = opened(qtbot, window)
    complete(qtbot, window)
    listed = {entry.key: entry for entry in palette.entries}
    named = [a for a in window.findChildren(QAction) if a.objectName() and a.text() and not a.isSeparator()]
    assert len(named) > 60
    for made in named:
        if made.isVisible() and made.menu() is None:
            entry = listed[made.objectName()]
            palette.field.setText(entry.name)
            assert entry.key in [found.key for found in shown(palette)[:4]], entry.name
    assert listed["exportCsvAction"].place == "File ▸ Export"
    assert listed["darkThemeAction"].place == "View ▸ Theme"
    assert listed["saveSessionAction"].shortcut == action(window, "saveSessionAction").shortcut().toString()


def test_every_dock_and_its_fields_are_found(qtbot: QtBot, window: MainWindow) -> None:
    palette = opened(qtbot, window)
    complete(qtbot, window)
    docks = {entry.name for entry in palette.entries if entry.kind is Kind.DOCK}
    assert docks == {d.windowTitle() for d in window.findChildren(QDockWidget)}
    settings = {(entry.place, entry.name) for entry in palette.entries if entry.kind is Kind.SETTING}
    assert {("Training", name) for name in ("Hidden units", "Learning rate", "Seed", "Optimizer", "Preset")} <= settings
    assert {place for place, _ in settings} >= docks - {"Log"}
    assert len({entry.key for entry in palette.entries}) == len(palette.entries)


def test_data_sessions_and_help_are_found(qtbot: QtBot, make_window: MakeWindow, tmp_path: Path) -> None:
    nasty = tmp_path / "a <b>R&D\u202e.dae"
    settings = Settings()
    settings.recent_sessions = [str(nasty)]
    settings.sync()
    window = make_window()
    palette = opened(qtbot, window)
    by_kind = {kind: [entry.name for entry in palette.entries if entry.kind is kind] for kind in Kind}
    assert "Bundled digits" in by_kind[Kind.DATA]
    assert {entry.title for entry in CATALOGUE.values()} <= set(by_kind[Kind.DATA])
    assert by_kind[Kind.SESSION] == ["a <b>R&D\\u202e.dae"]
    assert "Help: Log, and taking back" in by_kind[Kind.HELP]
    qtbot.keyClicks(palette.field, "<b>R&D session")
    assert by_kind[Kind.SESSION][0] in [entry.name for entry in shown(palette)]


def test_what_cannot_be_done_is_grey_with_the_reason_and_is_not_done(qtbot: QtBot, window: MainWindow) -> None:
    stop = action(window, "stopAction")
    assert reason(stop) == "no run is under way"
    palette = opened(qtbot, window, "stop")
    entry = next(entry for entry in shown(palette) if entry.key == "stopAction")
    assert entry.why_not == "no run is under way"
    assert entry.spoken().endswith("not now: no run is under way")
    while palette.list.currentIndex().row() != shown(palette).index(entry):
        qtbot.keyClick(palette.field, Qt.Key.Key_Down)
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert window.status.currentMessage() == "Stop: not now, no run is under way"
    assert Settings().recent_commands == []


def test_the_reason_goes_when_the_action_can_be_done(qtbot: QtBot, window: MainWindow) -> None:
    assert reason(action(window, "continueAction")) == "there is no run to go on with"
    train(qtbot, window)
    assert action(window, "continueAction").isEnabled()
    assert reason(action(window, "continueAction")) == ""


# -- choosing ---------------------------------------------------------------------------------------------------------


def test_enter_triggers_the_action_and_the_focus_is_where_it_was(qtbot: QtBot, window: MainWindow) -> None:
    mosaic = find(window, MosaicView, "filtersWView")
    mosaic.setFocus()
    qtbot.waitUntil(mosaic.hasFocus)
    QGuiApplication.clipboard().clear()
    palette = opened(qtbot, window, "copy")
    assert QApplication.focusWidget() is palette.field
    assert shown(palette)[0].key == "copyAction"
    assert shown(palette)[0].why_not is None  # as it was before the palette took the focus
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert mosaic.hasFocus()
    assert QGuiApplication.clipboard().mimeData().hasImage()


def test_escape_gives_the_focus_back(qtbot: QtBot, window: MainWindow) -> None:
    field = find(window, QSpinBox, "hiddenUnitsSpinBox")
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    palette = opened(qtbot, window, "quit")
    qtbot.keyClick(palette.field, Qt.Key.Key_Escape)
    assert not palette.isVisible()
    assert field.hasFocus()
    assert opened(qtbot, window).field.text() == ""  # it begins anew


def test_keys_go_through_what_was_found(qtbot: QtBot, window: MainWindow) -> None:
    palette = opened(qtbot, window)
    row = lambda: palette.list.currentIndex().row()  # noqa: E731
    assert row() == 0
    qtbot.keyClick(palette.field, Qt.Key.Key_Down)
    assert row() == 1
    qtbot.keyClick(palette.field, Qt.Key.Key_PageDown)
    page = row()
    assert page > 5
    qtbot.keyClick(palette.field, Qt.Key.Key_PageUp)
    qtbot.keyClick(palette.field, Qt.Key.Key_Up)
    assert row() == 0
    qtbot.keyClicks(palette.field, "a")
    assert row() == 0
    assert palette.field.text() == "a"


def test_a_click_chooses(qtbot: QtBot, window: MainWindow) -> None:
    palette = opened(qtbot, window, "health")
    where = palette.list.visualRect(palette.list.model().index(0)).center()
    qtbot.mouseClick(palette.list.viewport(), Qt.MouseButton.LeftButton, pos=where)
    qtbot.waitUntil(dock(window, "healthDock").isVisible)


def test_a_dock_that_is_shown_is_not_closed(qtbot: QtBot, window: MainWindow) -> None:
    for _ in range(2):
        choose(qtbot, window, "dock unit")
        qtbot.waitUntil(dock(window, "unitDock").isVisible)
        focused = QApplication.focusWidget()
        assert focused is not None
        assert dock(window, "unitDock").isAncestorOf(focused)


def test_a_setting_is_shown_scrolled_to_and_focused(qtbot: QtBot, window: MainWindow) -> None:
    window.resize(960, 540)
    field = find(window, QComboBox, "optimizerComboBox")
    assert not field.isVisible()  # folded away
    dock(window, "trainingDock").close()
    choose(qtbot, window, "adam")
    qtbot.waitUntil(field.hasFocus)
    area = find(window, QScrollArea, "settingsArea")
    qtbot.waitUntil(lambda: area.viewport().rect().contains(field.mapTo(area.viewport(), field.rect().center())))


def test_a_field_on_another_page_is_shown(qtbot: QtBot, window: MainWindow) -> None:
    picker = window.denoise_panel.source.picker
    assert not picker.isVisible()
    choose(qtbot, window, f"{picker.another_button.accessibleName()} denoise")
    qtbot.waitUntil(picker.another_button.hasFocus)


def test_a_locked_setting_is_shown_with_the_reason(qtbot: QtBot, window: MainWindow) -> None:
    action(window, "startAction").trigger()
    palette = opened(qtbot, window, "hidden units")
    entry = shown(palette)[0]
    assert entry.name == "Hidden units"
    assert entry.why_not == "a run is under way"
    qtbot.keyClick(palette.field, Qt.Key.Key_Escape)
    action(window, "stopAction").trigger()
    qtbot.waitUntil(lambda: not window.workbench.state.is_active)


def test_a_run_becomes_the_current_one_or_is_shown(qtbot: QtBot, window: MainWindow) -> None:
    train(qtbot, window)
    first = window.document.runs.label
    action(window, "resetAction").trigger()
    train(qtbot, window)
    qtbot.waitUntil(lambda: len(window.document.runs.runs) == 2)
    second = window.document.runs.label

    choose(qtbot, window, f"{second.name} runs in show")
    panel = window.studies.panel("runsDock")
    assert isinstance(panel, RunsPanel)
    qtbot.waitUntil(panel.isVisible)
    qtbot.waitUntil(lambda: [run.label.key for run in panel.selected()] == [second.key])

    choose(qtbot, window, f"{first.name} make current")
    qtbot.waitUntil(lambda: window.document.runs.label.key == first.key)
    assert window.workbench.state is State.FINISHED


def test_a_data_set_to_download_is_shown_in_its_dock(qtbot: QtBot, window: MainWindow) -> None:
    missing = next(name for name, entry in CATALOGUE.items() if not entry.is_present())
    choose(qtbot, window, f"{CATALOGUE[missing].title} download")
    panel = window.studies.panel("datasetDock")
    assert isinstance(panel, DatasetPanel)
    qtbot.waitUntil(panel.isVisible)
    current = panel.list.current()
    assert current is not None
    assert current.source == missing


def test_a_page_of_the_help_is_shown(qtbot: QtBot, window: MainWindow) -> None:
    for words, page in (("help taking back", "log"), ("help where it lead", "where-to")):  # in the same window
        choose(qtbot, window, words)
        browser = find(find(window, QDialog, "helpDialog"), QTextBrowser, "")
        qtbot.waitUntil(browser.isVisible)
        assert browser.source().fileName().startswith(f"{page}.")
    browser.window().close()


def test_what_was_chosen_comes_first_from_then_on(qtbot: QtBot, window: MainWindow) -> None:
    choose(qtbot, window, "reset layout")
    choose(qtbot, window, "dark")
    palette = opened(qtbot, window)
    assert [entry.key for entry in shown(palette)[:2]] == ["darkThemeAction", "resetLayoutAction"]
    assert Settings().recent_commands == ["darkThemeAction", "resetLayoutAction"]
    qtbot.keyClick(palette.field, Qt.Key.Key_Escape)
    choose(qtbot, window, "light theme")


def test_nothing_found_is_said_in_words(qtbot: QtBot, window: MainWindow) -> None:
    palette = opened(qtbot, window, "<i>zebra")
    label = find(palette, QLabel, "paletteNothingLabel")
    assert label.isVisible()
    assert label.text().startswith("Nothing is called “<i>zebra”")
    assert label.textFormat() is Qt.TextFormat.PlainText
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert palette.isVisible()


def test_making_the_panels_keeps_what_is_chosen(qtbot: QtBot, window: MainWindow) -> None:
    palette = opened(qtbot, window, "o")
    for _ in range(3):
        qtbot.keyClick(palette.field, Qt.Key.Key_Down)
    chosen = shown(palette)[palette.list.currentIndex().row()].key
    few = len(palette.entries)
    complete(qtbot, window)
    assert len(palette.entries) > few
    assert shown(palette)[palette.list.currentIndex().row()].key == chosen


def test_it_stands_in_the_middle_of_the_top_inside_the_window(qtbot: QtBot, window: MainWindow) -> None:
    for width, height in ((960, 540), (1440, 900)):
        window.resize(width, height)
        palette = opened(qtbot, window)
        inside = palette.geometry().translated(-window.mapToGlobal(QPoint()))
        assert window.rect().contains(inside)
        assert abs(inside.center().x() - window.rect().center().x()) <= 1
        assert inside.top() < 60
        qtbot.keyClick(palette.field, Qt.Key.Key_Escape)
    assert all(part.accessibleName() for part in (palette, palette.field, palette.list))


def test_fields_of_a_floating_dock_are_gone_to(qtbot: QtBot, window: MainWindow) -> None:
    floating = dock(window, "trainingDock")
    floating.setFloating(True)
    qtbot.waitUntil(floating.isVisible)
    choose(qtbot, window, "learning rate")
    qtbot.waitUntil(lambda: find(window, QWidget, "learningRateSpinBox").hasFocus())
