"""Starts the program: the application object, the exception hook, and the window."""

from __future__ import annotations

import argparse
import importlib.metadata
import logging
import logging.handlers
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import platformdirs
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMessageBox

from dae_core.blas import use_single_thread
from dae_gui.settings import Settings

if TYPE_CHECKING:
    from dae_gui.main_window import MainWindow

_log = logging.getLogger(__name__)

# A thread that runs Python hands the interpreter lock over after this time; the default of 5 ms makes the window jerk.
_SWITCH_INTERVAL = 0.0005

# Libraries that are loaded later (SciPy brings a BLAS of its own) read this; see dae_core.blas for the reason.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def create_window(argv: Sequence[str] = ()) -> MainWindow:
    """Return the main window, not yet shown; makes the QApplication if there is none.

    Parameters
    ----------
    argv : sequence of str
        Command-line arguments without the program's name: ``[--data digits|PATH] [MODEL.safetensors]``.
    """
    options = _parser().parse_args(list(argv))
    application = QApplication.instance() or QApplication(sys.argv[:1])
    application.setApplicationName("dae-studio")
    QApplication.setApplicationDisplayName("")  # or it is put behind the window's title
    sys.setswitchinterval(_SWITCH_INTERVAL)
    use_single_thread()

    from dae_gui.main_window import MainWindow

    return MainWindow(Settings(), options.data, options.model)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program; returns its exit code."""
    _parser().parse_args(sys.argv[1:] if argv is None else list(argv))  # wrong usage is told before anything opens
    _start_log()
    application = QApplication(sys.argv[:1])
    sys.excepthook = _on_exception
    window = create_window(sys.argv[1:] if argv is None else argv)
    window.show()
    return application.exec()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="dae-studio", description="Train a denoising autoencoder on handwritten digits and watch it learn."
    )
    parser.add_argument("model", nargs="?", type=Path, metavar="MODEL.safetensors", help="open this model")
    parser.add_argument("--data", metavar="digits|PATH", help="'digits' (bundled), or a folder or file of IDX data")
    parser.add_argument("--version", action="version", version=_version())
    return parser


def _version() -> str:
    try:
        return f"dae-studio {importlib.metadata.version('dae-studio')}"
    except importlib.metadata.PackageNotFoundError:
        return "dae-studio (not installed)"


def _log_file() -> Path:
    return Path(platformdirs.user_log_dir("dae-studio", appauthor=False)) / "dae-studio.log"


def _start_log() -> None:
    """Write warnings and errors to a file of at most 1 MB; where that is not possible, to standard error."""
    handler: logging.Handler
    try:
        _log_file().parent.mkdir(parents=True, exist_ok=True)
        handler = logging.handlers.RotatingFileHandler(_log_file(), maxBytes=500_000, backupCount=1, encoding="utf-8")
    except OSError:
        handler = logging.StreamHandler()
    logging.basicConfig(
        handlers=[handler], level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )


def _on_exception(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Tell the person, write the whole story to the log, and go on."""
    if issubclass(kind, KeyboardInterrupt):
        QApplication.quit()
        return
    _log.critical("Unhandled exception", exc_info=(kind, error, trace))
    sys.__excepthook__(kind, error, trace)
    box = QMessageBox(QApplication.activeWindow())
    box.setIcon(QMessageBox.Icon.Critical)
    box.setWindowTitle("Something went wrong")
    box.setText(f"An unexpected error happened: {error or kind.__name__}")
    box.setInformativeText(f"The program goes on. Details are in {_log_file()}.")
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.open()


if __name__ == "__main__":
    sys.exit(main())
