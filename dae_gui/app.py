"""Starts the program: the application object, the exception hook, and the window."""

from __future__ import annotations

import argparse
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

from dae_core.commands.terminal import FAILED, OK, note, say, shown
from dae_core.files import typed_path, user_folder
from dae_core.model.blas import use_single_thread
from dae_core.texts import plain
from dae_gui.file_association.common import LESSON_ENDING
from dae_gui.support import theme
from dae_gui.support.display import obstacle
from dae_gui.support.leaving import end_if_left

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
    options = _options(argv)
    QLocale.setDefault(QLocale.c())  # the window's texts are English, so its numbers are, also those that Qt writes
    application = QApplication.instance() or Application(sys.argv[:1])
    application.setApplicationName("dae-studio")
    QApplication.setApplicationDisplayName("")  # or it is put behind the window's title
    sys.setswitchinterval(_SWITCH_INTERVAL)
    use_single_thread()  # before the next lines import NumPy

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


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program; returns its exit code."""
    options = _options(sys.argv[1:] if argv is None else argv)  # wrong usage: before anything opens
    if options.registration is not None:
        return _register(options.registration)
    reason = obstacle(os.environ)
    if reason:
        note(reason)
        return FAILED
    _start_log()
    application = Application(sys.argv[:1])
    sys.excepthook = _on_exception
    signal.signal(signal.SIGINT, _on_interrupt)
    window = create_window(sys.argv[1:] if argv is None else argv)
    window.show()
    code = application.exec()
    end_if_left(code)
    return code


def _options(argv: Sequence[str]) -> argparse.Namespace:
    """Return what the command line asks for; leaves the program where that cannot be."""
    parser = _parser()
    options = parser.parse_args(list(argv))
    if options.file is not None and options.file.suffix.lower() == LESSON_ENDING:
        if options.lesson is not None:
            parser.error("one lesson can be opened at a time")
        options.file, options.lesson = None, options.file
    if options.student and options.lesson is None:
        parser.error("--student says who solves a lesson: name one with --lesson FILE")
    return options


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="dae-studio", description="Train a denoising autoencoder on handwritten digits and watch it learn."
    )
    help_text = "open this session (.dae), model (.safetensors), lesson (.lesson) or hand-in (.handin)"
    parser.add_argument("file", nargs="?", type=_path, metavar="FILE", help=help_text)
    parser.add_argument("--data", metavar="digits|PATH", help="'digits' (bundled), or a folder or file of IDX data")
    lesson = "solve this lesson, beside a session or a model that is opened"
    parser.add_argument("--lesson", type=_path, metavar="FILE", help=lesson)
    student = "who solves it: the seed of their runs follows from this"
    parser.add_argument("--student", default="", metavar="ID", help=student)
    files = parser.add_mutually_exclusive_group()
    files.add_argument(
        "--register-files",
        action="store_true",
        default=None,
        dest="registration",
        help="open .dae, .lesson and .handin files by a double click with this program, for this user, and leave",
    )
    files.add_argument(
        "--unregister-files", action="store_false", default=None, dest="registration", help="take that back, and leave"
    )
    parser.add_argument("--version", action=_TellVersion)
    return parser


def _path(text: str) -> Path:
    return typed_path(text, argparse.ArgumentTypeError)


def _register(is_wanted: bool) -> int:
    """Register or unregister .dae files with the desktop, and print how that went; returns the exit code."""
    from dae_gui.file_association import AssociationError, association

    try:
        desktop = association()
        say(desktop.register() if is_wanted else desktop.unregister())
    except AssociationError as error:
        note(error)
        return FAILED
    return OK


class _TellVersion(argparse.Action):
    """Looks the version up only when it is asked for, which takes 20 ms."""

    def __init__(self, option_strings: Sequence[str], dest: str) -> None:
        super().__init__(option_strings, dest, nargs=0, help="print the version and leave")

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        """Print the version."""
        say(_version())
        parser.exit()


def _version() -> str:
    import importlib.metadata

    try:
        return f"dae-studio {importlib.metadata.version('dae-studio')}"
    except importlib.metadata.PackageNotFoundError:
        return "dae-studio (not installed)"


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


if __name__ == "__main__":
    sys.exit(main())
