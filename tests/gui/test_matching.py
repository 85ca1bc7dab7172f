"""What is found by which words, and in which order; no widget is needed."""

import random
import subprocess
import sys

import pytest

from dae_gui.window.palette.matching import Index, folded, is_nearly, spans

THINGS = (
    ("Save session", "File"),
    ("Save session as…", "File"),
    ("Hidden units", "Training Setting Number of hidden units"),
    ("Learning rate", "Training Setting Step size of gradient descent"),
    ("Optimizer", "Training Setting SGD Momentum Adam"),
    ("Keep awake", "Window"),
    ("Where does it lead?", "Understand"),
    ("Möbius", "Run"),
    ("Rehidden", "Run"),
)


def names(query: str, used: dict[int, int] | None = None) -> list[str]:
    return [THINGS[place][0] for place in Index(THINGS).ranked(query, used)]


def test_the_module_needs_no_qt() -> None:
    code = "import sys; import dae_gui.window.palette.matching; sys.exit(any('PySide' in name for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603 - our own code


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("learning rate", "Learning rate"),
        ("rate learn", "Learning rate"),  # in any order
        ("HIDDEN", "Hidden units"),
        ("lr", "Learning rate"),  # initials
        ("wdil", "Where does it lead?"),
        ("adam", "Optimizer"),  # a choice of the field
        ("training optim", "Optimizer"),  # where it stands
        ("mobius", "Möbius"),
        ("möb", "Möbius"),
        ("lerning", "Learning rate"),  # one letter missing
        ("learnning rate", "Learning rate"),  # one too many
        ("laerning", "Learning rate"),  # two exchanged
        ("optinizer", "Optimizer"),  # a wrong one
        ("gradeint", "Learning rate"),
    ],
)
def test_a_thing_is_found_first_by_any_part_of_its_name(query: str, found: str) -> None:
    assert names(query)[0] == found


def test_what_is_not_there_is_not_found() -> None:
    assert names("zebra") == []
    assert names("save zebra") == []  # all words count
    assert names("lxy") == []  # short words are not guessed at
    assert Index(()).ranked("a") == []


def test_the_beginning_of_a_name_goes_before_that_of_a_word_and_its_inside() -> None:
    assert names("hidden") == ["Hidden units", "Rehidden"]
    assert names("un") == ["Hidden units", "Where does it lead?", "Möbius", "Rehidden"]  # in the name, or elsewhere
    assert names("es") == ["Save session", "Save session as…", "Where does it lead?", "Learning rate"]


def test_all_of_it_in_its_order_where_nothing_is_looked_for() -> None:
    assert names("") == [name for name, _ in THINGS]
    assert names("  ") == [name for name, _ in THINGS]


def test_what_was_used_goes_first_among_equals() -> None:
    assert names("save", {1: 0}) == ["Save session as…", "Save session"]
    assert names("", {4: 0, 2: 1})[:3] == ["Optimizer", "Hidden units", "Save session"]
    assert names("hidden", {8: 0})[0] == "Hidden units"  # the better one stays the first


def test_only_one_letter_may_be_wrong() -> None:
    for word in ("hiden", "hdiden", "hiddden", "hixden", "idden", "xidden", "hidde", "hiddenn"):
        assert is_nearly(word, "hidden"), word
    for word in ("hdn", "units", "hixxen", "iddenh"):
        assert not is_nearly(word, "hidden"), word


def test_marks_are_on_what_was_looked_for() -> None:
    assert spans("rate lea", "Learning rate") == [(0, 3), (9, 13)]
    assert spans("lr", "Learning rate") == [(0, 1), (9, 10)]
    assert spans("nin", "Learning rate") == [(4, 7)]
    assert spans("", "Learning rate") == []
    assert spans("zebra", "Learning rate") == []
    assert spans("ss", "Straße") == []  # folding it changes the number of its letters
    assert folded("Straße") == "strasse"


def test_names_that_mean_something_to_a_program_are_only_texts() -> None:
    nasty = ("(a+)+$", "[", "\\", "%s", "", "\u202e", "🙂" * 40)
    index = Index([(name, name) for name in nasty])
    for place, name in enumerate(nasty):
        if name:
            assert place in index.ranked(name), name
            spans(name, name)


def test_thousands_are_ranked_as_a_few_are() -> None:
    rng = random.Random(0)  # noqa: S311 - no secret
    letters = "abcdefgh"
    many = [("".join(rng.choices(letters, k=8)), "Run") for _ in range(5000)]
    index = Index([*many, ("Learning rate", "")])
    assert index.ranked("lerning")[:1] == [5000]
    assert index.ranked(many[1234][0])[0] == next(i for i, thing in enumerate(many) if thing[0] == many[1234][0])
