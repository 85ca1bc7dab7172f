"""Help, and about: windows to read beside the main one."""

from __future__ import annotations

import platform
import re

from PySide6.QtCore import QSize, Qt, qVersion
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from dae_core.files import resources_folder

_HEADING = re.compile(r"(<h3>(?:<a name=\"\w+\"></a>)?)([^<]+)</h3>")
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


def show_help(parent: QWidget, anchor: str = "") -> None:
    """Explain what is shown, in two minutes; from a place of this name, or the heading with this text, on."""
    html = (resources_folder() / "help.html").read_text(encoding="utf-8")
    html = _HEADING.sub(lambda heading: f'{heading[1]}<a name="{heading[2]}"></a>{heading[2]}</h3>', html)
    _show(parent, "helpDialog", "What is this?", html, QSize(640, 600), anchor)


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
    _show(parent, "aboutDialog", "About", text, QSize(460, 420))


def _version(distribution: str) -> str:
    import importlib.metadata  # takes 20 ms of the start

    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return "(not installed)"


def _show(parent: QWidget, name: str, title: str, html: str, size: QSize, anchor: str = "") -> None:
    """Show a window of text from an anchor on, or bring it to the front if it is open; the main window stays usable."""
    # One that was closed is still there until the event loop deletes it.
    dialog = next((d for d in parent.findChildren(QDialog, name) if d.isVisible()), None)
    if dialog is None:
        dialog = QDialog(parent)
        dialog.setObjectName(name)
        dialog.setWindowTitle(title)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        browser = QTextBrowser(dialog)
        browser.setAccessibleName(title)
        browser.setOpenExternalLinks(True)
        browser.document().setDocumentMargin(12)
        browser.setHtml(html)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, dialog)
        buttons.rejected.connect(dialog.reject)
        layout = QVBoxLayout(dialog)
        layout.addWidget(browser)
        layout.addWidget(buttons)
        dialog.resize(size)
        dialog.show()
    for browser in dialog.findChildren(QTextBrowser):
        browser.scrollToAnchor(anchor)
    dialog.raise_()
    dialog.activateWindow()
