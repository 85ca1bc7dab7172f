"""The help: a page for every dock, pages that name one another, and the manual in its place where that is built."""

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, QUrl
from PySide6.QtGui import QImage, QTextDocument
from PySide6.QtWidgets import QDialog, QDockWidget, QTextBrowser
from pytestqt.qtbot import QtBot

from dae_core import glossary
from dae_core.files import resources_folder
from dae_gui.support.theme import current_theme
from dae_gui.window.dock_switch import bring_dock
from dae_gui.window.docks import DOCKS
from dae_gui.window.help_browser import HelpBrowser
from dae_gui.window.help_pages import DOCK_PAGES, PAGES, START, contents
from dae_gui.window.main_window import MainWindow
from dae_gui.window.panel_registry import STUDIES
from helpers.widgets import find
from helpers.windows import action


def test_every_dock_has_its_page_and_every_page_is_named_by_the_first() -> None:
    assert DOCK_PAGES.keys() == {spec.name for spec in (*DOCKS, *STUDIES)}
    assert {path.stem for path in (resources_folder() / "help").iterdir()} == PAGES.keys()
    links = {name: set(re.findall(r"\]\(([^)]+)\)", page.text)) for name, page in PAGES.items()}
    assert {target for targets in links.values() for target in targets} <= {f"{name}.md" for name in PAGES}
    assert links[START] == {f"{name}.md" for name in PAGES} - {f"{START}.md"}
    assert len({page.title for page in PAGES.values()}) == len(PAGES)


def test_the_glossary_is_that_of_the_table() -> None:
    assert PAGES["glossary"].text == glossary.page()
    assert len(glossary.by_label()) == sum(1 + len(term.labels) for term in glossary.TERMS.values())


def test_f1_tells_of_the_dock_with_the_focus(qtbot: QtBot, window: MainWindow) -> None:
    def shown() -> str:
        action(window, "helpAction").trigger()
        (dialog,) = (d for d in window.findChildren(QDialog, "helpDialog") if d.isVisible())
        source = find(dialog, QTextBrowser, "").source().fileName()
        dialog.close()
        return source.rpartition(".")[0]

    for name in ("denoiseDock", "unitDock"):
        bring_dock(find(window, QDockWidget, name))
        qtbot.waitUntil(lambda name=name: shown() == DOCK_PAGES[name].name)
    window.curves_panel.plot.setFocus()
    qtbot.waitUntil(lambda: shown() == "curves")
    window.menuBar().setFocus()
    qtbot.waitUntil(lambda: shown() == START)


@pytest.fixture
def manual(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A manual such as Sphinx builds it: navigation beside the text, and a picture for each theme."""
    page = tmp_path / "manual" / "window" / "unit.html"
    page.parent.mkdir(parents=True)
    pictures = "".join(f'<img class="only-{theme}" src="{theme}.png">' for theme in ("light", "dark"))
    page.write_text(f"<nav>aside</nav><article><h1>Unit</h1>{pictures}</article><footer>end</footer>", encoding="utf-8")
    picture = QImage(QSize(2000, 100), QImage.Format.Format_RGB32)
    for theme in ("light", "dark"):
        assert picture.save(str(page.parent / f"{theme}.png"))
    monkeypatch.setattr("dae_gui.window.help_pages.resources_folder", lambda: tmp_path)
    return page


def test_the_manual_is_shown_where_it_is_built(qtbot: QtBot, manual: Path) -> None:
    assert PAGES["unit"].path == manual
    assert PAGES["health"].path.suffix == ".md"
    (manual.parent.parent / "index.html").touch()
    assert contents() == manual.parent.parent / "index.html"
    browser = HelpBrowser(None)
    qtbot.addWidget(browser)
    browser.resize(400, 300)
    browser.show()
    browser.setSource(QUrl.fromLocalFile(str(manual)))
    assert browser.toPlainText().strip(" \n\N{OBJECT REPLACEMENT CHARACTER}") == "Unit"
    theme = "dark" if current_theme(browser.palette()).is_dark else "light"
    shown = browser.toHtml()
    assert f"{theme}.png" in shown
    assert shown.count("<img") == 1
    kind = QTextDocument.ResourceType.ImageResource
    assert 300 < browser.document().resource(kind, QUrl(f"{theme}.png")).width() < 400
