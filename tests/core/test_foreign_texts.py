"""Names that anybody may have given, in files: no formula in a table, no code in a script, no markup in a report."""

import ast
import csv
import dataclasses
import json
import os

import numpy as np
import pytest

from dae_core.datasets import Dataset
from dae_core.exporting.files import export_as
from dae_core.jobs import UNWATCHED
from dae_core.report.compose import compose
from dae_core.report.curves import Curves
from dae_core.report.measurements import ReportInput, measure
from dae_core.report.web_page import html
from dae_core.sessions.run import Label
from dae_core.sessions.session import Session
from dae_core.sessions.session_file import load_session, save_session
from dae_core.texts import file_name, table_cell, table_comment
from dae_core.training.progress import Change
from helpers.crafting import write_crafted
from helpers.datasets import small_dataset
from helpers.sessions import SGD, trained

FORMULAS = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "  =1+1",
    "=cmd|' /C calc'!A0",
    "\t=1",
    "\r=1",
    "＝1+1",
    "-x",
    "=HYPERLINK(1)",
]
NUMBERS = ["-1", "+1.5", "-1,234.5", "−0.25", "-3 %", "1e-5", "-1e5", "-inf", "nan", "–", "0", "-0.5 dB", "12 dB"]
CODE = "x\"\"\"\n'''\nimport os; os.abort()\n#"


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_becomes_a_text(text):
    shown = table_cell(text)
    assert shown.startswith("'")
    assert shown.isprintable()


@pytest.mark.parametrize("text", [*NUMBERS, "", "Run 1", "5 < 6", "a=b", "a\u00e9"])
def test_numbers_and_plain_words_stay(text):
    assert table_cell(text) == text


def test_cells_keep_to_one_line():
    assert table_cell("a\nb\t=c") == r"a\nb\t=c"
    assert table_cell("x" * 5000) == "x" * 5000


@pytest.mark.parametrize("separator", [",", ";", "\t", "|", ', "'])
@pytest.mark.parametrize("sign", "=+-@")
def test_a_comment_holds_no_formula_either(separator, sign):
    line = table_comment(f"data set x{separator}{sign}1+1")
    assert not any(
        part.strip(' "').startswith(tuple("=+-@")) for part in line.replace(";", ",").replace("|", ",").split(",")
    )
    assert line.isprintable()


def test_the_history_as_csv_has_no_lines_of_a_strangers_choosing(tmp_path):
    """Whatever comes into a record, for instance by a script, stays in its line of comments."""
    run = trained(SGD, 60).run
    strange = Change(30, "x\n=cmd|' /C calc'!A0,1,1,1,1,\n", "a,=1+1", "b;@x")
    run = dataclasses.replace(run, record=dataclasses.replace(run.record, changes=(strange,)))
    export_as("csv", run, tmp_path / "h.csv", None)
    text = (tmp_path / "h.csv").read_text("utf-8")
    rows = [row for row in csv.reader(text.splitlines()) if not row[0].startswith("#")]
    assert len(rows) == 61
    for separator in ",;\t":
        cells = [cell for row in csv.reader(text.splitlines(), delimiter=separator) for cell in row]
        assert not [cell for cell in cells if cell.strip()[:1] in tuple("=+@")]
    np.testing.assert_allclose([float(row[1]) for row in rows[1:]], run.record.errors, rtol=1e-6)


@pytest.mark.parametrize("kind", ["script", "notebook"])
def test_a_name_is_no_code_in_what_is_generated(tmp_path, kind):
    name = CODE.replace("\n", "\\") if os.name == "nt" else CODE
    run = trained(SGD, 60).run
    label, data = Label.new(name), dataclasses.replace(run.data, name=name)
    run = dataclasses.replace(run, label=label, data=data)
    path = tmp_path / f"{name}.{'py' if kind == 'script' else 'ipynb'}"
    export_as(kind, run, path, small_dataset())
    text = path.read_text("utf-8")
    if kind == "notebook":
        cells = json.loads(text)["cells"]
        text = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    tree = ast.parse(text)
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert "os" not in imported
    assert "abort" not in {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


def test_a_report_escapes_the_name_of_the_data_set():
    plain = small_dataset(40, 10)
    name = "<script>alert(1)</script> \u202e\"'<img src=x>"
    dataset = Dataset(name, plain.train_images, None, plain.test_images, None)
    run = trained(SGD, 60).run
    about = ReportInput(run.model, run.config, dataset, 60, curves=Curves.of(run.history()))
    page = html(compose(about, measure(about, UNWATCHED)))
    assert "<script" not in page
    assert "<img src=x" not in page
    assert "\u202e" not in page
    assert "&lt;script&gt;alert(1)" in page


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Run 1", "Run 1"),
        ("a/b\\c", "a_b_c"),
        ("../../etc/passwd", ".._.._etc_passwd"),
        ('<>:"|?*', "unnamed"),
        ("CON", "_CON"),
        ("con.dae", "_con.dae"),
        ("nul .txt", "_nul .txt"),
        ("COM1", "_COM1"),
        ("LPT¹", "_LPT¹"),
        ("console", "console"),
        ("dots...", "dots"),
        (" space ", "space"),
        ("", "unnamed"),
        (".", "unnamed"),
        ("..", "unnamed"),
        ("~root", "root"),
        ("a\nb\u202ec\0", "a_b_c_"),
        ("é 数字", "é 数字"),
        ("x" * 300 + ".dae", "x" * 116 + ".dae"),
    ],
)
def test_names_of_files(text, name, tmp_path):
    assert file_name(text) == name
    (tmp_path / name).write_text("")


@pytest.mark.parametrize("text", ["数" * 300, "😀" * 300 + ".dae", "\udce9" * 300, "." * 300, " " * 300, "con " * 100])
def test_long_names_of_files_fit_everywhere(text, tmp_path):
    name = file_name(text)
    assert 0 < len(name.encode()) <= 205
    (tmp_path / name).write_text("")
    assert (tmp_path / name).resolve().parent == tmp_path.resolve()


def test_names_in_a_file_come_back_with_all_that_does_not_show_written_out(tmp_path):
    name = "\u202egnp\nx"
    path = write_crafted(
        tmp_path / "a.dae", trained(SGD, 20), label={"name": name, "origin": name}, data={"name": name, "source": ""}
    )
    run = load_session(path).run
    assert [run.label.name, run.label.origin, run.data.name] == [r"\u202egnp\nx"] * 3
    save_session(path, Session(run))
    assert load_session(path).run.label == run.label
