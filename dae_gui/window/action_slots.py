"""What each action of the table does: the part of the window that does it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dae_gui.window.main_window import MainWindow


def slots_of(window: MainWindow) -> dict[str, Callable[[], object]]:
    """Return what is called by the names of actions; the window's own ones are not among them."""
    return {
        "startAction": window.run_commands.start,
        "pauseAction": window.run_commands.pause_or_resume,
        "stepAction": window.run_commands.step,
        "stopAction": window.controller.stop,
        "resetAction": window.run_commands.reset,
        "continueAction": window.run_commands.carry_on,
        "openDataAction": window.data_commands.open_folder,
        "openDataFileAction": window.data_commands.open_file,
        "openImagesAction": window.data_commands.open_images,
        "imageOptionsAction": window.data_commands.change_options,
        "newSessionAction": window.sessions.new,
        "openSessionAction": window.paths.ask_and_open,
        "saveSessionAction": window.sessions.save,
        "saveSessionAsAction": window.sessions.save_as,
        "openModelAction": window.models.open,
        "saveModelAction": window.models.save,
        "reportAction": window.reports.ask,
        "exportCurvesAction": window.curves_panel.pictures.save_as,
        "exportWAction": window.filters_w_panel.view.pictures.save_as,
        "exportVAction": window.filters_v_panel.view.pictures.save_as,
        "exportRowsAction": window.denoise_panel.rows.view.pictures.save_as,
        "quitAction": window.close,
        "checkGradientAction": window.help.check_gradient,
        "helpAction": window.help.show_help,
        "manualAction": window.help.show_manual,
        "shortcutsAction": window.help.show_shortcuts,
        "aboutAction": window.help.show_about,
    }
