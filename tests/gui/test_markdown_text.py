"""Markdown of a file is shown, and nothing else comes of it: no HTML, no picture, no file, no link."""

from pathlib import Path

import pytest
from PySide6.QtCore import QSize, QUrl
from PySide6.QtGui import QTextDocument
from pytestqt.qtbot import QtBot

from dae_gui.widgets.controls.markdown_text import MarkdownText


@pytest.fixture
def text(qtbot: QtBot) -> MarkdownText:
    made = MarkdownText("Some **bold** text")
    qtbot.addWidget(made)
    return made


def test_markdown_is_formatted(text: MarkdownText) -> None:
    assert text.toPlainText() == "Some bold text"
    assert "font-weight:700" in text.toHtml()


def test_html_stands_there_letter_by_letter(text: MarkdownText) -> None:
    text.show_text('<img src="/etc/passwd"> <b>x</b> <script>y</script>')
    assert text.toPlainText() == '<img src="/etc/passwd"> <b>x</b> <script>y</script>'


def test_pictures_and_links_are_shown_as_texts(text: MarkdownText, tmp_path: Path) -> None:
    text.show_text(f"![a digit]({tmp_path}/x.png) and [here](file://{tmp_path}) or <http://somewhere>")
    assert text.toPlainText() == f"[picture: a digit] and here (file://{tmp_path}) or http://somewhere"
    assert "<a " not in text.toHtml()
    assert "<img" not in text.toHtml()


def test_nothing_is_loaded(text: MarkdownText, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    address = QUrl.fromLocalFile(str(secret))
    for kind in QTextDocument.ResourceType:
        assert not text.document().resource(kind.value, address)
        assert not text.loadResource(kind.value, address)


def test_it_is_as_high_as_its_text_at_any_width(text: MarkdownText) -> None:
    text.show_text("word " * 200)
    assert text.heightForWidth(200) > 2 * text.heightForWidth(600)
    text.resize(QSize(200, text.heightForWidth(200)))
    assert text.verticalScrollBar().maximum() == 0
