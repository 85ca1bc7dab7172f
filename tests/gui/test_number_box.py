"""The box for one number, operated by keys."""

import math
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from dae_gui.widgets.controls.number_box import NumberBox, next_on_ladder

MakeBox = Callable[..., NumberBox]


@pytest.fixture
def make_box(qtbot: QtBot) -> MakeBox:
    """Show a box next to another widget, with the focus in the box and its text selected as after Tab."""
    windows = []

    def make(*arguments: float, **options: object) -> NumberBox:
        window = QWidget()
        windows.append(window)
        qtbot.addWidget(window)
        box = NumberBox(*arguments, **options)  # type: ignore[arg-type]
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

    return make


@pytest.fixture
def rate(make_box: MakeBox) -> NumberBox:
    return make_box(1e-7, 1000.0, 0.0005, steps="1-2-5")


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0005, "0.0005"), (5e-6, "5e-06"), (1e-7, "1e-07"), (1000.0, "1000"), (0.25, "0.25"), (1 / 3, "0.333333")],
)
def test_shows_compact_text(rate: NumberBox, value: float, text: str) -> None:
    rate.setValue(value)
    assert rate.text() == text
    assert rate.value() == value


def test_negative_zero_is_zero(make_box: MakeBox) -> None:
    assert make_box(-1.0, 1.0, -0.0).text() == "0"


@pytest.mark.parametrize(
    ("typed", "value"),
    [("3e-4", 3e-4), ("3E-4", 3e-4), (".01", 0.01), ("0,002", 0.002), ("1000", 1000.0), ("1e3", 1000.0), ("+2", 2.0)],
)
def test_takes_numbers_however_they_are_written(rate: NumberBox, typed: str, value: float) -> None:
    QTest.keyClicks(rate, typed)
    QTest.keyClick(rate, Qt.Key.Key_Return)
    assert rate.value() == value


def test_nothing_is_told_before_the_typing_is_done(rate: NumberBox, qtbot: QtBot) -> None:
    told: list[float] = []
    rate.valueChanged.connect(told.append)
    QTest.keyClicks(rate, "3e-4")
    assert told == []
    QTest.keyClick(rate, Qt.Key.Key_Return)
    assert told == [3e-4]


@pytest.mark.parametrize("typed", ["3e-", "-", "e", "1e9", "0", "-5", "1.2.3", "1e-9", "5000"])
def test_restores_the_old_number_after_what_is_none_of_the_range(rate: NumberBox, typed: str) -> None:
    QTest.keyClicks(rate, typed)
    QTest.keyClick(rate, Qt.Key.Key_Return)
    assert (rate.value(), rate.text()) == (0.0005, "0.0005")


def test_leaving_the_box_is_enough(rate: NumberBox, qtbot: QtBot) -> None:
    QTest.keyClicks(rate, "0.02")
    other = rate.window().findChild(QLineEdit, "")
    assert other is not None
    QTest.keyClick(rate, Qt.Key.Key_Tab)
    qtbot.waitUntil(lambda: not rate.hasFocus())
    assert rate.value() == 0.02


def test_a_number_longer_than_its_text_survives_enter(rate: NumberBox) -> None:
    rate.setValue(0.123456789)
    QTest.keyClick(rate, Qt.Key.Key_Return)
    assert rate.value() == 0.123456789


def test_arrows_climb_the_ladder(rate: NumberBox) -> None:
    seen = []
    for key in [Qt.Key.Key_Up] * 3 + [Qt.Key.Key_Down] * 5:
        QTest.keyClick(rate, key)
        seen.append(rate.value())
    assert seen == [0.001, 0.002, 0.005, 0.002, 0.001, 0.0005, 0.0002, 0.0001]


def test_an_arrow_first_takes_what_was_typed(rate: NumberBox) -> None:
    QTest.keyClicks(rate, "3e-5")
    QTest.keyClick(rate, Qt.Key.Key_Up)
    assert rate.value() == 5e-5


def test_page_keys_go_a_decade(rate: NumberBox) -> None:
    QTest.keyClick(rate, Qt.Key.Key_PageUp)
    assert rate.value() == 0.005
    QTest.keyClick(rate, Qt.Key.Key_PageDown)
    assert rate.value() == 0.0005


def test_the_ladder_ends_at_the_range(make_box: MakeBox) -> None:
    box = make_box(0.001, 3.0, 2.0, steps="1-2-5")
    QTest.keyClick(box, Qt.Key.Key_Up)
    assert box.value() == 3.0
    QTest.keyClick(box, Qt.Key.Key_Up)
    assert box.value() == 3.0
    QTest.keyClick(box, Qt.Key.Key_Down)
    assert box.value() == 2.0


def test_linear_steps(make_box: MakeBox) -> None:
    box = make_box(0.0, 10.0, 1.0, step=0.1)
    for _ in range(3):
        QTest.keyClick(box, Qt.Key.Key_Up)
    assert box.value() == pytest.approx(1.3)
    assert box.text() == "1.3"
    for _ in range(20):
        QTest.keyClick(box, Qt.Key.Key_Down)
    assert (box.value(), box.text()) == (0.0, "0")


def test_suffix_and_prefix_are_no_part_of_the_number(make_box: MakeBox) -> None:
    box = make_box(0.0, 10.0, 1.0)
    box.setPrefix("σ ")
    box.setSuffix(" px")
    assert box.text() == "σ 1 px"
    box.selectAll()
    QTest.keyClicks(box, "2.5")
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert (box.value(), box.text()) == (2.5, "σ 2.5 px")


@pytest.mark.parametrize(("low", "high", "steps"), [(0.0, 1.0, "1-2-5"), (-1.0, 1.0, "1-2-5"), (2.0, 1.0, "linear")])
def test_impossible_ranges_are_refused(low: float, high: float, steps: str, qapp: QApplication) -> None:
    with pytest.raises(ValueError, match="cannot have the range"):
        NumberBox(low, high, 0.5, steps=steps)  # type: ignore[arg-type]


def test_ladder_numbers_are_the_decimal_ones() -> None:
    value, seen = 1e-7, []
    while value < 1000:
        seen.append(value)
        value = next_on_ladder(value, up=True)
    assert seen == [float(f"{m}e{p}") for p in range(-7, 3) for m in (1, 2, 5)]
    assert math.isclose(next_on_ladder(3.0, up=False), 2.0)
