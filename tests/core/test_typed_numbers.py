"""Numbers and lists of them as people type them: understood or refused, never taken for another number."""

import pytest

from dae_core.typed_numbers import NumberError, read_number, read_whole, split_list


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0.0005", 0.0005),
        ("0,0005", 0.0005),
        (" 3E-4 ", 3e-4),
        ("2,5e-3", 2.5e-3),
        (".5", 0.5),
        (",5", 0.5),
        ("5.", 5.0),
        ("1.125", 1.125),
        ("0,125", 0.125),
        ("1234,567", 1234.567),
        ("1,234.5", 1234.5),
        ("1.234,5", 1234.5),
        ("1,234,567", 1234567.0),
        ("1.234.567", 1234567.0),
        ("1 234 567,25", 1234567.25),
        ("1\u202f000", 1000.0),
        ("1'000.5", 1000.5),
        ("−2", -2.0),
        ("+2,5", 2.5),
        ("-1,25", -1.25),
        ("1000", 1000.0),
    ],
)
def test_numbers_in_either_notation_are_understood(text: str, number: float) -> None:
    assert read_number(text) == number


@pytest.mark.parametrize(
    "text",
    [
        *(
            "1,000",
            "-2,500",
            "1,000e3",
            "1.2.3",
            "1,2,3",
            "1.23,4.5",
            "1,23.456",
            "1 00",
            "12 34",
            "1 2",
            "1..2",
            "0,000,001",
        ),
        *("abc", "", ".", ",", "-", "e5", "1e", "nan", "inf", "0x10", "1_000", "1e5e5", "5 %", "1-2", "٣"),
    ],
)
def test_what_is_no_number_or_could_be_two_is_refused(text: str) -> None:
    with pytest.raises(NumberError, match=r"\.$"):
        read_number(text)


def test_both_meanings_are_told() -> None:
    with pytest.raises(NumberError, match=r"“1,500” can mean two numbers; write 1500 or 1\.5"):
        read_number("1,500")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        *(("25000", 25_000), ("25,000", 25_000), ("25.000", 25_000), ("25 000", 25_000), ("25’000", 25_000)),
        *(("1e5", 100_000), ("2.5e4", 25_000), ("2,5E4", 25_000), ("1.000.000", 1_000_000), ("0", 0), ("007", 7)),
        *(("+3", 3), ("-3", -3), ("4294967295", 4_294_967_295)),
    ],
)
def test_whole_numbers_in_either_notation_are_understood(text: str, number: int) -> None:
    assert read_whole(text) == number


@pytest.mark.parametrize(
    "text",
    [
        "25.0",
        "25,00",
        "2.5",
        "2500.000",
        "25,0000",
        "1.000,5",
        "1e-3",
        "1.5e0",
        "1.000e3",
        "1e999",
        "9" * 5000,
        "abc",
        "",
    ],
)
def test_what_is_no_whole_number_is_refused(text: str) -> None:
    with pytest.raises(NumberError):
        read_whole(text)


@pytest.mark.parametrize(
    ("text", "whole", "entries"),
    [
        ("0.5, 1, 2", False, ["0.5", "1", "2"]),
        ("0.5,1,2", False, ["0.5", "1", "2"]),
        ("0,5; 1; 2", False, ["0,5", "1", "2"]),
        ("1,2,3", False, ["1", "2", "3"]),
        ("100,225", True, ["100", "225"]),
        ("25,000; 50,000", True, ["25,000", "50,000"]),
        ("0.5", False, ["0.5"]),
        ("constant, cosine", True, ["constant", "cosine"]),
        ("gaussian:0.5, masking:25 %", True, ["gaussian:0.5", "masking:25 %"]),
    ],
)
def test_lists_are_parted(text: str, whole: bool, entries: list[str]) -> None:
    assert split_list(text, whole=whole) == entries


@pytest.mark.parametrize("text", ["0,5", "1,5", "0,5, 1, 2", "0,5 1 2", "0,5,1", "1, 0,5", "0,5,1,5", "1, 2,5"])
def test_a_decimal_comma_does_not_part_a_list(text: str) -> None:
    with pytest.raises(NumberError, match="decimal comma"):
        split_list(text, whole=False)
