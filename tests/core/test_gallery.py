"""The scripts of the gallery run, each says what it shows, and each draws a picture."""

import ast
import runpy
import sys
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest

SCRIPTS = sorted((Path(__file__).parents[2] / "docs" / "gallery").glob("*.py"))


def test_there_are_eight():
    assert len(SCRIPTS) == 8


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_a_script_draws_its_picture(script, tmp_path, monkeypatch):
    title, gap, text = ast.get_docstring(ast.parse(script.read_text(encoding="utf-8"))).split("\n", 2)
    assert (title[-1] != ".", gap, len(text) > 100) == (True, "", True)
    mpl.use("Agg")
    monkeypatch.setattr(sys, "argv", [script.name, str(tmp_path / "picture.png")])
    runpy.run_path(str(script), run_name="__main__")
    plt.close("all")
    assert plt.imread(tmp_path / "picture.png").std() > 0.1
