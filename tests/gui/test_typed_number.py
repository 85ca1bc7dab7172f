"""Boxes for numbers, operated by keys: what is typed is understood or refused in words, in any locale alike."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDoubleSpinBox, QLineEdit, QSpinBox, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from dae_gui import app
from dae_gui.widgets.controls.field_note import FieldNote
from dae_gui.widgets.controls.number_box import NumberBox
from dae_gui.widgets.controls.whole_box import WholeBox

Box = WholeBox | NumberBox
MakeBox = Callable[[Box], Box]


@pytest.fixture(params=["C", "de_DE", "fr_CH", "en_IN"], autouse=True)
def locale(request: pytest.FixtureRequest) -> Iterator[None]:
    usual = QLocale()
    QLocale.setDefault(QLocale(request.param))
    yield
    QLocale.setDefault(usual)


@pytest.fixture
def shown(qtbot: QtBot) -> MakeBox:
    """Show a box above another field, with the focus in the box and its text selected as after Tab."""
    windows = []

    def show(box: Box) -> Box:
        box.setAccessibleName("Hidden units")
        window = QWidget()
        windows.append(window)
        qtbot.addWidget(window)
        layout = QVBoxLayout(window)
        layout.addWidget(box)
        layout.addWidget(QLineEdit())
        window.show()
        qtbot.waitExposed(window)
        window.activateWindow()
        box.setFocus()
        box.selectAll()
        qtbot.waitUntil(box.hasFocus)
        return box

    return show


def type_text(box: Box, text: str) -> None:
    box.selectAll()
    QTest.keyClicks(box, text)
    QTest.keyClick(box, Qt.Key.Key_Return)


def said(box: Box) -> str:
    note = box.window().findChild(FieldNote)
    return note.text() if note is not None and note.isVisible() else ""


@pytest.mark.parametrize(
    ("typed", "value", "text"),
    [
        *(("1e5", 100_000, "100,000"), ("25.000", 25_000, "25,000"), ("25,000", 25_000, "25,000")),
        *(
            ("30 000", 30_000, "30,000"),
            ("2,5e4", 25_000, "25,000"),
            ("1.000.000", 1_000_000, "1,000,000"),
            ("7", 7, "7"),
        ),
    ],
)
def test_whole_numbers_are_understood(shown: MakeBox, typed: str, value: int, text: str) -> None:
    box = shown(WholeBox(1, 1_000_000_000, 225))
    type_text(box, typed)
    assert (box.value(), box.text(), said(box)) == (value, text, "")


@pytest.mark.parametrize("typed", ["1e9", "5000000", "abc", "0", "-3", "2.5", "25,00", "1.000,5", "x225", ""])
def test_the_range_is_said_for_what_is_no_whole_number_of_it(shown: MakeBox, typed: str) -> None:
    box = shown(WholeBox(1, 10_000, 225))
    QTest.keyClick(box, Qt.Key.Key_Delete)
    type_text(box, typed)
    assert (box.value(), box.text()) == (225, "225")
    said_typed = f", not “{typed}”" if typed else ""
    assert said(box) == f"Hidden units must be a whole number between 1 and 10,000{said_typed}. 225 stays."


@pytest.mark.parametrize("typed", ["1e9", "5000", "fast", "0", "1e-9", "0x1", "nan", "inf"])
def test_the_range_is_said_for_what_is_no_number_of_it(shown: MakeBox, typed: str) -> None:
    box = shown(NumberBox(1e-7, 1000.0, 0.0005, steps="1-2-5"))
    type_text(box, typed)
    assert (box.value(), box.text()) == (0.0005, "0.0005")
    assert said(box) == f"Hidden units must be a number between 1e-07 and 1000, not “{typed}”. 0.0005 stays."


def test_what_could_be_two_numbers_is_refused_with_both(shown: MakeBox) -> None:
    box = shown(NumberBox(0.0, 2000.0, 0.5))
    type_text(box, "1,500")
    assert box.value() == 0.5
    assert said(box) == "“1,500” can mean two numbers; write 1500 or 1.5. 0.5 stays."


def test_leaving_the_box_says_it_too_and_going_on_takes_it_away(shown: MakeBox, qtbot: QtBot) -> None:
    box = shown(WholeBox(1, 10_000, 225))
    QTest.keyClicks(box, "abc")
    QTest.keyClick(box, Qt.Key.Key_Tab)
    qtbot.waitUntil(lambda: not box.hasFocus())
    note = box.window().findChild(FieldNote)
    assert note is not None
    assert said(box)
    assert box.window().rect().contains(note.geometry())
    box.setFocus()
    QTest.keyClicks(box, "1")
    assert said(box) == ""


def test_a_part_of_a_number_is_not_taken_on_the_way(shown: MakeBox) -> None:
    box = shown(WholeBox(1, 10_000, 225))
    told: list[int] = []
    box.valueChanged.connect(told.append)
    type_text(box, "5000000")
    assert (told, box.value()) == ([], 225)
    type_text(box, "500")
    assert told == [500]


def test_every_box_of_the_window_is_one_of_these(window: QWidget) -> None:
    boxes = [*window.findChildren(QSpinBox), *window.findChildren(QDoubleSpinBox)]
    assert len(boxes) > 5
    assert [box.objectName() for box in boxes if not isinstance(box, (WholeBox, NumberBox))] == []


def test_what_qt_writes_itself_has_the_notation_of_the_window(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    class StopError(Exception):
        pass

    def stop(*_: object) -> None:
        raise StopError

    monkeypatch.setattr("dae_gui.window.main_window.MainWindow", stop)
    with pytest.raises(StopError):
        app.create_window(())
    assert QLocale().toString(0.5) == "0.5"
