"""Help, and about: windows to read beside the main one."""

from __future__ import annotations

import platform
from pathlib import Path

from PySide6.QtCore import QSize, Qt, qVersion
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from dae_gui.window.help_browser import HelpDialog

_LIBRARIES = (
    "PySide6-Essentials",
    "pyqtgraph",
    "numpy",
    "scipy",
    "numba",
    "scikit-learn",
    "scikit-image",
    "safetensors",
)


def show_help(parent: QWidget, path: Path) -> None:
    """Show a page of the help, in the window that is open for it if there is one."""
    # One that was closed is still there until the event loop deletes it.
    dialog = next((d for d in parent.findChildren(HelpDialog) if d.isVisible()), None) or HelpDialog(parent)
    dialog.show_page(path)


def show_about(parent: QWidget) -> None:
    """Show version, licence and libraries."""
    libraries = "".join(f"<li>{name} {_version(name)}</li>" for name in _LIBRARIES)
    text = (
        f"<h2>Denoising Autoencoder Studio {_version('dae-studio')}</h2>"
        "<p>A desktop laboratory: train a denoising autoencoder on handwritten digits and watch it learn.</p>"
        "<p>Licence: BSD 3-Clause. The bundled digits are those of scikit-learn (UCI, optical recognition of "
        "handwritten digits).</p>"
        f"<p>Python {platform.python_version()}, Qt {qVersion()}, and</p><ul>{libraries}</ul>"
    )
    dialog = next((d for d in parent.findChildren(QDialog, "aboutDialog") if d.isVisible()), None)
    if dialog is None:
        dialog = _about(parent, text)
    dialog.raise_()
    dialog.activateWindow()


def _version(distribution: str) -> str:
    import importlib.metadata  # takes 20 ms of the start

    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return "(not installed)"


def _about(parent: QWidget, html: str) -> QDialog:
    dialog = QDialog(parent)
    dialog.setObjectName("aboutDialog")
    dialog.setWindowTitle("About")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    browser = QTextBrowser(dialog)
    browser.setAccessibleName("About")
    browser.setOpenExternalLinks(True)
    browser.document().setDocumentMargin(12)
    browser.setHtml(html)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, dialog)
    buttons.rejected.connect(dialog.reject)
    layout = QVBoxLayout(dialog)
    layout.addWidget(browser)
    layout.addWidget(buttons)
    dialog.resize(QSize(460, 420))
    dialog.show()
    return dialog
