"""The window of the help: shows the pages of the manual where they are built, or else their Markdown."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSize, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QImage, QTextDocument
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from dae_gui.support.theme import current_theme
from dae_gui.window.help_pages import contents

_PICTURE = '<img[^>]*class="[^"]*only-{}[^"]*"[^>]*>'
_MARGIN = 12


class HelpBrowser(QTextBrowser):
    """Shows a page without the navigation that a web browser has beside it, its pictures as wide as there is room."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("Help")
        self.setOpenExternalLinks(True)
        self.document().setDocumentMargin(_MARGIN)

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        """Return what a page shows, and the pictures in it."""
        found, url = super().loadResource(kind, name), QUrl(name)
        if kind == QTextDocument.ResourceType.HtmlResource.value and url.path().endswith(".html"):
            return self._article(bytes(found.data()).decode("utf-8"))
        if kind == QTextDocument.ResourceType.ImageResource.value:
            picture = QImage(self.source().resolved(url).toLocalFile())
            beside = 2 * (_MARGIN + self.frameWidth()) + self.verticalScrollBar().sizeHint().width()
            room = self.width() - beside
            if picture.width() > room > 0:
                return picture.scaledToWidth(room, Qt.TransformationMode.SmoothTransformation)
            return picture
        return found

    def _article(self, page: str) -> str:
        """Return the text of a page of the manual, with the pictures of the present theme."""
        other = "light" if current_theme(self.palette()).is_dark else "dark"
        start, end = page.find("<article"), page.find("</article>")
        return re.sub(_PICTURE.format(other), "", page[start:end] if 0 <= start < end else page)


class HelpDialog(QDialog):
    """The help beside the window that it belongs to.

    Parameters
    ----------
    parent
        That window.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("helpDialog")
        self.setWindowTitle("Help")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.browser = HelpBrowser(self)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        roles = QDialogButtonBox.ButtonRole
        back = buttons.addButton("&Back", roles.ActionRole)
        start = buttons.addButton("Con&tents", roles.ActionRole)
        self._in_browser = buttons.addButton("&Open in web browser", roles.ActionRole)
        back.setEnabled(False)
        back.clicked.connect(self.browser.backward)
        self.browser.backwardAvailable.connect(back.setEnabled)
        start.clicked.connect(self._show_contents)
        self._in_browser.clicked.connect(self._open_in_browser)
        self.browser.sourceChanged.connect(self._on_source_changed)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self.browser)
        layout.addWidget(buttons)
        self.resize(QSize(760, 640))

    def show_page(self, path: Path) -> None:
        """Show a page from its beginning on, in front of all else."""
        self.show()  # first: pictures are made as wide as there is room
        self.browser.setSource(QUrl.fromLocalFile(str(path)))
        self.raise_()
        self.activateWindow()

    @Slot()
    def _show_contents(self) -> None:
        self.show_page(contents())

    @Slot(QUrl)
    def _on_source_changed(self, url: QUrl) -> None:
        self._in_browser.setVisible(url.path().endswith(".html"))

    @Slot()
    def _open_in_browser(self) -> None:
        QDesktopServices.openUrl(self.browser.source())
