"""What is dropped on the window is opened, or a word is said."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from pytestqt.qtbot import QtBot

from dae_gui.window.file_drop import left_out
from dae_gui.window.main_window import MainWindow


def drop(window: MainWindow, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    copy, none = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    window.dropEvent(QDropEvent(QPointF(5, 5), copy, data, Qt.MouseButton.LeftButton, none))


def test_of_two_things_one_is_opened_and_the_other_named(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    first, second = tmp_path / "no session.dae", tmp_path / "other.npz"
    first.write_text("hello")
    second.write_text("hello")
    said: list[str] = []
    window.banner.shown.connect(said.append)
    drop(window, first, second)
    assert any("“other.npz” was left out" in text for text in said)
    qtbot.waitUntil(lambda: any("it seems to be a text" in text for text in said))


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["a", "b"], "“a”. “b” was left out."),
        (["a", "b", "c"], "“a”. “b” and “c” were left out."),
        (list("abcdefgh"), "“a”. “b”, “c”, “d” and 4 more were left out."),
    ],
)
def test_what_was_left_out_is_named(names: list[str], words: str) -> None:
    assert words in left_out([Path(name) for name in names])
