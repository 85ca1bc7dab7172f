"""Names are shown as they are: no markup, no lost &, nothing hidden, and nothing that pushes the rest away."""

import ast
import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QDialog,
    QLabel,
    QWidget,
)
from pytestqt.qtbot import QtBot

import dae_gui
from dae_core.datasets.bundled import load_bundled_digits
from dae_core.exporting.files import Exported
from dae_core.sessions.run import Label
from dae_core.sessions.session_file import load_session
from dae_core.texts import plain, shortened
from dae_gui.data.import_dialog import ImportDialog
from dae_gui.exports.dialog import ExportDialog
from dae_gui.exports.result import ExportResult
from dae_gui.panels.runs_panel import RunsPanel
from dae_gui.sessions.save_question import close_question, conflict_question, save_question
from dae_gui.support.event_log import Kind
from dae_gui.support.plain_text import TIP_LINE, PlainLabel, menu_text, plain_lines, plain_tip, tip_text
from helpers.sessions import SGD, trained
from helpers.window_runs import finish
from helpers.windows import MakeWindow

IMAGE = "<img src=x.png>"
NASTY = f"5 <b>bold<br> & R&D {IMAGE} \u202etxt\u200b[*]"
RUN_NAME = f"{IMAGE} & \u202eR&D\n<h1>two\u2028lines"
HIDDEN = re.compile("[\u202e\u200b\u2028\x00-\x09\x0b-\x1f\x7f]")


def test_what_does_not_show_is_written_out() -> None:
    assert plain("a\nb\tc\r\x00\x7f") == r"a\nb\tc\r\x00\x7f"
    assert plain("\u202egnp.exe \u200b\ufeff\u2066x\u3164") == r"\u202egnp.exe \u200b\ufeff\u2066x\u3164"
    assert plain("Übung 数字 😀 é e\u0301 50 % C:\\x") == "Übung 数字 😀 é e\u0301 50 % C:\\x"
    assert plain("a" + "\u0301" * 6) == "a" + "\u0301" * 4 + r"\u0301" * 2  # a tower of marks would hide other texts
    assert plain("\udce9") == r"\udce9"
    assert plain("x" * 5000, 11) == "xxxxx…xxxxx"
    assert shortened("abcdef", 5) == "ab…ef"
    assert menu_text("R&D\n") == r"R&&D\n"
    assert plain_tip("a <b> & c\nd") == "<qt>a &lt;b&gt; &amp; c<br>d</qt>"
    assert plain_tip("a & b") == "a & b"
    assert plain_tip(plain_tip("a <b>\nc")) == plain_tip("a <b>\nc")
    assert "<img" not in plain_tip(f"<qt>{IMAGE}</qt>")
    assert plain_lines("a\u202e\nb", 100) == "a\\u202e\nb"
    assert len(plain_tip("<" * 100_000)) < 7000


def test_long_lines_of_tooltips_are_broken_and_given_back_whole() -> None:
    text = f"{'ten letter ' * 30}end\nA second line\n{'/folder' * 20}"
    tip = plain_tip(text)
    *lines, second, path = tip.split("\n")
    assert len(lines) > 3
    assert max(map(len, lines)) <= TIP_LINE + 1
    assert (second, path) == ("A second line", "/folder" * 20)  # a path stays one word
    assert tip_text(tip) == text
    assert plain_tip(tip) == tip
    assert tip_text(plain_tip(f"{tip}\nLocked")) == f"{text}\nLocked"


def test_labels_show_markup_as_text(qtbot: QtBot) -> None:
    label = PlainLabel(IMAGE)
    qtbot.addWidget(label)
    assert label.textFormat() is Qt.TextFormat.PlainText
    label.setText("a\u202eb\nc")
    assert label.text() == "a\\u202eb\nc"
    label.setText("x" * 10**6)
    assert len(label.text()) < 5000


# -- the code ---------------------------------------------------------------------------------------------------------


def calls() -> Iterator[tuple[str, ast.Call]]:
    root = Path(dae_gui.__file__).parent
    for path in sorted(root.rglob("*.py")):
        if path.name != "plain_text.py":
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call):
                    yield f"{path.relative_to(root)}:{node.lineno}", node


def test_tooltips_and_labels_are_made_through_one_helper() -> None:
    """What is not written out in the code itself goes through `plain_tip`; the few rich labels escape names."""
    rich = {"panels/runs_panel/pair_view.py", "panels/dataset_panel/overview.py", "widgets/plots/curve_legend.py"}
    rich.add("panels/mismatch_panel/curve_side.py")
    wrong = []
    for place, call in calls():
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if name in ("setToolTip", "setTabToolTip"):
            given = call.args[-1]
            wrapped = isinstance(given, ast.Call) and getattr(given.func, "id", "") == "plain_tip"
            if not (wrapped or isinstance(given, ast.Constant)):
                wrong.append(f"{place}: a tooltip that is not plain")
            elif not wrapped and max(len(line) for line in str(given.value).split("\n")) > TIP_LINE:
                wrong.append(f"{place}: a tooltip whose lines are not broken")
        elif name == "QLabel" and place.partition(":")[0] not in rich:
            wrong.append(f"{place}: a QLabel instead of a PlainLabel")
        elif name == "showText" and "QToolTip" in ast.dump(call.func):
            wrong.append(f"{place}: a tooltip that is not plain")
    assert wrong == []


# -- the window -------------------------------------------------------------------------------------------------------


def might_be_rich(text: str) -> bool:
    return re.search(r"<[a-zA-Z]+[^<>]*>", text) is not None and "&lt;" not in text


def faults(root: QWidget) -> list[str]:
    """Return what in a window shows a name otherwise than as it is."""
    found = []

    def note(what: QObject, text: str, how: str) -> None:
        found.append(f"{type(what).__name__} {what.objectName()}: {how}: {text[:90]!r}")

    for widget in [root, *root.findChildren(QWidget)]:
        tip = widget.toolTip()
        if HIDDEN.search(widget.windowTitle()):
            note(widget, widget.windowTitle(), "hidden characters in the title")
        if might_be_rich(tip):
            note(widget, tip, "rich tooltip")
        if HIDDEN.search(tip):
            note(widget, tip, "hidden characters in the tooltip")
    for label in root.findChildren(QLabel):
        text = label.text()
        if label.textFormat() is not Qt.TextFormat.PlainText and IMAGE in text:
            note(label, text, "rich text")
        if HIDDEN.search(text):
            note(label, text, "hidden characters")
    for item in [*root.findChildren(QAction), *root.findChildren(QAbstractButton)]:
        if "R&D" in item.text().replace("R&&D", ""):
            note(item, item.text(), "lost &")
        if HIDDEN.search(item.text()):
            note(item, item.text(), "hidden characters")
        if might_be_rich(item.toolTip()) or HIDDEN.search(item.toolTip()):
            note(item, item.toolTip(), "tooltip")
    for box in root.findChildren(QComboBox):
        found += model_faults(box, box.model())
    for view in root.findChildren(QAbstractItemView):
        if view.model() is not None:
            found += model_faults(view, view.model())
    return found


def model_faults(view: QWidget, model: QAbstractItemModel) -> list[str]:
    found = []
    for row in range(model.rowCount()):
        for column in range(1 if isinstance(model, QAbstractListModel) else model.columnCount()):
            index = model.index(row, column)
            text, tip = (index.data(role) for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole))
            if isinstance(tip, str) and (might_be_rich(tip) or HIDDEN.search(tip)):
                found.append(f"{view.objectName()} ({row}, {column}): tooltip {tip[:90]!r}")
            if isinstance(text, str) and HIDDEN.search(text):
                found.append(f"{view.objectName()} ({row}, {column}): {text[:90]!r}")
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Pictures of two classes, in folders of nasty names."""
    folder = tmp_path / NASTY
    for number, image in enumerate(load_bundled_digits().train_images[:40]):
        inner = folder / ("C&A <u>x\u202e" if number % 2 else f"{IMAGE}\ny")
        inner.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image).save(inner / f"<i>{number}.png")
    (folder / f"{IMAGE} broken\u202e.png").write_bytes(b"\x89PNG rubbish")
    return folder


def test_names_are_text_in_the_whole_window(
    qtbot: QtBot, make_window: MakeWindow, folder: Path, tmp_path: Path
) -> None:
    window = make_window()
    size = window.minimumSizeHint()
    window.data_commands.open_path(str(folder))
    qtbot.waitUntil(lambda: window.findChild(QDialog, "importDialog") is not None)
    dialog = window.findChild(QDialog, "importDialog")
    assert isinstance(dialog, ImportDialog)
    qtbot.waitUntil(lambda: dialog.view.count() > 0)
    assert faults(dialog) == []
    dialog.accept()
    qtbot.waitUntil(lambda: window.workbench.dataset is not None and window.workbench.dataset.name.startswith("5 <b>"))
    finish(qtbot, window)
    window.document.runs.relabel(window.document.runs.label.key, name=RUN_NAME)
    finish(qtbot, window)  # the first one is kept
    names = [run.label.name for run in window.document.runs.runs]
    assert names[0] == plain(RUN_NAME)
    path = tmp_path / f"{IMAGE} R&D \u202e[*].dae"
    with qtbot.waitSignal(window.sessions.saved):
        window.sessions._saver.save(path)  # private: the dialog of files is the system's
    assert load_session(path).runs[0].label.name == names[0]
    window.messages.warn(f"{names[0]} of {path} and {'y' * 3000} was not\nsaved.")
    window.messages.note(str(path), Kind.FILE)
    QApplication.processEvents()
    assert window.minimumSizeHint().width() <= size.width()
    assert window.banner.height() < 200
    for dock in [*window._layout.docks.values(), *window.studies.docks.values()]:  # private: every dock there is
        dock.show()
        dock.raise_()
        QApplication.processEvents()
    window.curves_panel.refresh()
    window.grab()
    assert faults(window) == []
    assert not HIDDEN.search(window.windowTitle())
    assert "[*][*]" in window.windowTitle()
    window.document.runs.relabel(window.document.runs.runs[0].label.key, name="=HYPERLINK(A1)")
    panel = window.studies.panel("runsDock")
    assert isinstance(panel, RunsPanel)
    for copy in (panel.table.copy_as_csv, panel.table.copy_selected):
        copy()
        texts = QApplication.clipboard().text()
        assert "HYPERLINK" in texts
        assert not re.search(r"(^|[\t,\n])\"?=", texts)


def test_questions_and_dialogs_show_names_as_text(qtbot: QtBot, tmp_path: Path) -> None:
    run = trained(SGD, 20).run
    run = dataclasses.replace(
        run, label=dataclasses.replace(run.label, name=RUN_NAME), data=dataclasses.replace(run.data, name=NASTY)
    )
    parent = QWidget()
    qtbot.addWidget(parent)
    written = tmp_path / f"{IMAGE}\u202e.txt"
    written.write_text("")
    dialogs = [
        save_question(parent, NASTY, 2),
        close_question(parent, NASTY, 2),
        conflict_question(parent, NASTY),
        ExportDialog(run, None, tmp_path / NASTY, parent),
        ExportResult(Exported((written,), (NASTY,)), parent),
    ]
    for dialog in dialogs:
        dialog.show()
        assert IMAGE in "".join(label.text() for label in dialog.findChildren(QLabel)) + dialog.windowTitle()
        assert faults(dialog) == []
        dialog.close()


def test_names_that_users_give_are_written_out_too() -> None:
    assert Label.new(RUN_NAME).name == plain(RUN_NAME)
    assert Label.new("a").with_texts(name="b\u202e").name == r"b\u202e"
