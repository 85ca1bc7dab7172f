"""Paths as users type them: those that cannot be end in a sentence, for every argument of every command."""

import os
import sys

import pytest

from dae_core.__main__ import main
from dae_core.errors import UserError
from dae_core.files import typed_path
from helpers.all_commands import prepare

ODD = {
    "no such home": "~nobody-has-this-name/x",
    "longer than a name may be": "a" * 300,
    "longer than a path may be": "a/" * 3000,
    "NUL": "a\0b",
    "half a character": "a\ud800b",
    "a byte that is no text": "a\udcffb",
    "a line break": "a\nb",
    "below a file": f"{__file__}/x",
    "empty": "",
    "only spaces": "   ",
}
PLACES = {
    "train --out": ["train", "--iterations", "20", "--hidden", "3", "--out", "{}.safetensors"],
    "train --session": ["train", "--iterations", "20", "--hidden", "3", "--session", "{}.dae"],
    "train --data": ["train", "--iterations", "20", "--data", "{}"],
    "resume FILE": ["resume", "{}", "--iterations", "20"],
    "resume --out": ["resume", "{made}/run.dae", "--iterations", "20", "--out", "{}.dae"],
    "resume --data": ["resume", "{made}/run.dae", "--iterations", "20", "--data", "{}"],
    "sweep --out": ["sweep", "--iterations", "20", "--set", "seed=1,2", "--out", "{}"],
    "evaluate MODEL": ["evaluate", "{}"],
    "evaluate --data": ["evaluate", "{made}/model.safetensors", "--data", "{}"],
    "compare MODEL": ["compare", "{}"],
    "report MODEL": ["report", "{}"],
    "report --out": ["report", "{made}/run.dae", "--data", "{made}/run.dae", "--out", "{}.html"],
    "export FILE": ["export", "{}", "--npz", "--out", "x.npz"],
    "export --out": ["export", "{made}/run.dae", "--npz", "--out", "{}"],
    "export --all --out": ["export", "{made}/run.dae", "--all", "--out", "{}"],
    "film FILE": ["film", "{}", "--out", "f.gif"],
    "film --out": ["film", "{made}/run.dae", "--out", "{}.gif"],
    "lesson validate FILE": ["lesson", "validate", "{}"],
    "data get --mirror": ["data", "get", "nothing", "--mirror", "{}"],
}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    prepare(folder)
    return folder


# Names that are odd but can be are tried with some of the commands, for these then do their work.
CAN_BE = {"a byte that is no text", "a line break", "only spaces"}
CHEAP = {"train --out", "train --data", "evaluate MODEL", "export --all --out"}
TRIED = [(place, odd) for place in PLACES for odd in ODD if place in CHEAP or odd not in CAN_BE]


@pytest.mark.parametrize(("place", "odd"), TRIED)
def test_an_odd_path_ends_in_a_sentence_or_is_taken_as_a_name(made, tmp_path, monkeypatch, capsys, place, odd):
    monkeypatch.chdir(tmp_path)
    try:
        code = main([argument.replace("{made}", str(made)).replace("{}", ODD[odd]) for argument in PLACES[place]])
    except SystemExit as stop:
        code = stop.code
    error = capsys.readouterr().err
    assert code in (0, 1, 2)
    assert "Traceback" not in error
    if code:
        assert error.count("\n") == 1
        assert error.rstrip().endswith((".", ")", "?"))
        assert len(error) < 1000


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_a_typed_path_is_a_path_or_a_sentence(odd):
    sentence = ""
    try:
        os.path.exists(typed_path(odd, UserError))
    except UserError as error:
        sentence = str(error)
    assert sentence == "" or (sentence.endswith(".") and len(sentence) < 300)


def test_which_paths_can_be_typed(tmp_path, monkeypatch):
    monkeypatch.setenv("USERPROFILE" if sys.platform == "win32" else "HOME", str(tmp_path))
    assert typed_path("~/x", UserError) == tmp_path / "x"
    assert typed_path(" a b ", UserError).name.strip() == "a b"
    for odd, words in ((ODD["no such home"], "no user"), ("a" * 300, "too long"), ("a\0b", "no name may have")):
        if sys.platform != "win32" or "\0" in odd:
            with pytest.raises(UserError, match=words):
                typed_path(odd, UserError)
