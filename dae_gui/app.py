"""Starts the program: the application object, the exception hook, and the window."""

from __future__ import annotations

import gc
import logging
import logging.handlers
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QLocale, Qt, QTimer, Signal
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication, QMessageBox

from dae_core.commands.terminal import FAILED, note, shown
from dae_core.files import APPLICATION, user_folder
from dae_core.model.blas import use_single_thread
from dae_core.texts import plain
from dae_core.training.crew import leave_cores
from dae_gui.command_line import window_options
from dae_gui.support import theme
from dae_gui.support.descriptors import allow_many_files
from dae_gui.support.display import obstacle
from dae_gui.support.leaving import end_if_left
from dae_gui.support.memory import return_large_arrays
from dae_gui.support.qt_names import keep_qt_names

if TYPE_CHECKING:
    from dae_gui.window.main_window import MainWindow

_log = logging.getLogger(__name__)

# A thread that runs Python hands the interpreter lock over after this time; the default of 5 ms makes the window jerk.
_SWITCH_INTERVAL = 0.0005


class Application(QApplication):
    """The application; it announces a file that the desktop wants opened in the running program, as macOS does.

    ``event`` sees only what is sent to the application itself. A filter of its events would see all those of every
    widget, and wait each time for the interpreter lock that training holds.

    Signals
    -------
    fileRequested(Path)
        This file is to be opened.
    """

    fileRequested = Signal(object)

    def event(self, event: QEvent) -> bool:
        """Announce a file to open."""
        if event.type() == QEvent.Type.FileOpen and isinstance(event, QFileOpenEvent) and event.file():
            self.fileRequested.emit(Path(event.file()))
            return True
        return super().event(event)


def create_window(argv: Sequence[str] = ()) -> MainWindow:
    """Return the main window, not yet shown; makes the QApplication if there is none.

    Parameters
    ----------
    argv : sequence of str
        Command-line arguments without the program's name: ``[--data digits|PATH] [--lesson FILE [--student ID]]
        [SESSION.dae|MODEL.safetensors|FILE.lesson|FILE.handin]``.
    """
    options = window_options(argv)
    QLocale.setDefault(QLocale.c())  # the window's texts are English, so its numbers are, also those that Qt writes
    application = QApplication.instance() or Application(sys.argv[:1])
    application.setApplicationName(APPLICATION)
    QApplication.setApplicationDisplayName("")  # or it is put behind the window's title
    sys.setswitchinterval(_SWITCH_INTERVAL)
    leave_cores(1)
    use_single_thread()  # before the next lines import NumPy
    return_large_arrays()
    allow_many_files()
    keep_qt_names()
    gc.disable()  # what is imported now stays, and looking for garbage in it takes time; `collect_here` follows

    from dae_gui.support import zoom
    from dae_gui.support.collecting import collect_here
    from dae_gui.support.settings import Settings
    from dae_gui.window.main_window import MainWindow

    settings = Settings()
    collect_here(application)
    if isinstance(application, QApplication):
        theme.apply_theme(application, theme.chosen_theme(settings.theme))  # else all would be laid out twice
        zoom.apply_scale(application, zoom.chosen_scale(settings))
    window = MainWindow(settings, options.data, options.file, options.lesson, options.student)
    if isinstance(application, Application):
        application.fileRequested.connect(window.open_path)
    return window


def main(argv: Sequence[str]) -> int:
    """Open the window and wait for its end; returns the program's exit code."""
    reason = obstacle(os.environ)
    if reason:
        note(reason)
        return FAILED
    _start_log()
    application = Application(sys.argv[:1])
    sys.excepthook = _on_exception
    signal.signal(signal.SIGINT, _on_interrupt)
    window = create_window(argv)
    window.show()
    code = application.exec()
    end_if_left(code)
    return code


def _log_file() -> Path:
    return user_folder("log") / "dae-studio.log"


def _start_log() -> None:
    """Write warnings, errors and what happened when to a file of at most 1 MB; or, failing that, to standard error."""
    handler: logging.Handler
    try:
        _log_file().parent.mkdir(parents=True, exist_ok=True)
        handler = logging.handlers.RotatingFileHandler(_log_file(), maxBytes=500_000, backupCount=1, encoding="utf-8")
    except OSError:
        handler = logging.StreamHandler()
    handler.setFormatter(_OneLine("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(handlers=[handler], level=logging.WARNING)
    logging.getLogger("dae_gui.support.event_log").setLevel(logging.INFO)  # what happened when, as in the log dock


class _OneLine(logging.Formatter):
    """Names in a message may hold line breaks and control characters: none passes for another entry of the log."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        record.message = shown(record.message)
        return super().formatMessage(record)


def _on_interrupt(*_: object) -> None:
    """End at the next turn of the event loop: Ctrl+C may come within a layout, and quitting closes windows."""
    QTimer.singleShot(0, QApplication.quit)


def _on_exception(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Show the error to the user, write all of it to the log, and go on."""
    _log.critical("Unhandled exception", exc_info=(kind, error, trace))
    sys.__excepthook__(kind, error, trace)
    box = QMessageBox(QApplication.activeWindow())
    box.setIcon(QMessageBox.Icon.Critical)
    box.setWindowTitle("Something went wrong")
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(f"An unexpected error happened: {plain(str(error) or kind.__name__, 500)}")
    box.setInformativeText(f"The program goes on. Details are in {_log_file()}.")
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.open()
