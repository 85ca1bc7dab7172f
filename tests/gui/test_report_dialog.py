"""The report in the window: words at the left, pages at the right, two files in the end."""

import dataclasses
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox, QFileDialog, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from dae_core.evaluation.comparison import Bench, Judged
from dae_core.jobs import Monitor
from dae_core.lessons.code import FUNCTIONS
from dae_core.report.options import ReportOptions
from dae_core.sessions.code_texts import CodeTexts
from dae_core.sessions.report_words import LONGEST_TEXT, ReportWords
from dae_core.sessions.user_texts import UserTexts
from dae_gui.exports.report.commands import ReportCommands
from dae_gui.exports.report.dialog import ReportDialog
from dae_gui.exports.report.making import FORMATS, MeasuredRun, compare_run, measure_run
from dae_gui.exports.report.pages import lay_out, page_picture, pdf_bytes
from dae_gui.exports.report.texts import CODE
from dae_gui.support.theme import DARK, palette
from helpers.datasets import small_dataset
from helpers.session_parts import SessionParts
from helpers.sessions import trained
from helpers.widgets import Notices, find, text

HOSTILE = "<img src=x> <b>bold</b> & \u202eשלום 😀👩‍🚀\n\n" + "x" * 10_000


@pytest.fixture(autouse=True)
def quick_comparison(monkeypatch: pytest.MonkeyPatch) -> None:
    def judge(bench: Bench, monitor: Monitor) -> tuple[Judged, ...]:
        monitor.stage(1.0, 1.0, "done")
        return (bench.judge("noisy", "as it is", bench.noisy),)

    monkeypatch.setattr("dae_core.report.measurements.judge_others", judge)


class Parts(SessionParts):
    """A session with a report of its own over an empty window."""

    def __init__(self, qtbot: QtBot, root: Path) -> None:
        super().__init__(qtbot, root)
        self.window = QWidget()
        self.window.show()
        self.notices = Notices(self.window)
        self.reports = ReportCommands(
            self.window, self.workbench, self.document, self.jobs, self.controller.request_run
        )

    def ask(self) -> ReportDialog:
        self.reports.ask()
        return find(self.window, ReportDialog, "reportDialog")

    def close(self) -> None:
        self.window.close()
        super().close()
        self.window.deleteLater()


@pytest.fixture
def parts(qtbot: QtBot, tmp_path: Path) -> Iterator[Parts]:
    ReportDialog.left_out = frozenset()
    made = Parts(qtbot, tmp_path)
    made.use_small_data()
    made.finish()
    yield made
    made.close()


def pages(dialog: ReportDialog) -> list[QLabel]:
    labels = (dialog.findChild(QLabel, f"reportPage{number}") for number in range(1, 30))
    return [label for label in labels if label is not None and not label.pixmap().isNull()]


def save_button(dialog: ReportDialog) -> QPushButton:
    return find(dialog, QPushButton, "reportSaveButton")


def test_words_that_are_typed_stand_in_both_files(qtbot: QtBot, parts: Parts, tmp_path: Path) -> None:
    dialog = parts.ask()
    qtbot.waitUntil(lambda: bool(pages(dialog)))
    qtbot.keyClicks(find(dialog, QLineEdit, "reportAuthorLineEdit"), "Ada")
    field = find(dialog, QPlainTextEdit, "report-features")
    qtbot.keyClicks(field, "strokes <i>")
    field.insertPlainText(HOSTILE)
    assert parts.document.words.value.texts == {"author": "Ada", "features": f"strokes <i>{HOSTILE}"}
    qtbot.waitUntil(save_button(dialog).isEnabled)
    save_button(dialog).click()
    asked = find(dialog, QFileDialog, "reportFileDialog")
    with qtbot.waitSignal(parts.notices.saved) as saved:
        asked.fileSelected.emit(str(tmp_path / "mine"))
    assert saved.args == [str(tmp_path / "mine.pdf")]
    page = (tmp_path / "mine.html").read_text("utf-8")
    assert "strokes &lt;i&gt;&lt;img src=x&gt;" in page
    assert "cosine" not in page
    pdf = (tmp_path / "mine.pdf").read_bytes()
    assert pdf.startswith(b"%PDF")
    assert pdf.rstrip().endswith(b"%%EOF")
    assert sorted(path.name for path in tmp_path.glob("mine*")) == ["mine.html", "mine.pdf"]
    asked.close()
    dialog.close()


def test_the_pages_follow_what_is_typed_undone_and_ticked(qtbot: QtBot, parts: Parts) -> None:
    dialog = parts.ask()
    qtbot.waitUntil(save_button(dialog).isEnabled)
    qtbot.waitUntil(lambda: bool(pages(dialog)))
    shown = [len(pages(dialog))]
    field = find(dialog, QPlainTextEdit, "report-summary")
    field.setPlainText("word " * 4000)
    qtbot.waitUntil(lambda: len(pages(dialog)) > shown[0])
    assert pages(dialog)[0].accessibleName() == f"Page 1 of {len(pages(dialog))}"
    parts.document.words.replace(ReportWords())  # as Undo in the main window does
    assert field.toPlainText() == ""
    qtbot.waitUntil(lambda: len(pages(dialog)) == shown[0])
    before = pages(dialog)[1].pixmap().toImage()
    find(dialog, QCheckBox, "report-answers-option").click()
    qtbot.waitUntil(lambda: pages(dialog)[1].pixmap().toImage() != before)
    dialog.close()


def test_pages_can_be_read_while_the_comparison_is_measured_and_saved_without(
    qtbot: QtBot, parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, ended = threading.Event(), threading.Event()

    def judge(_bench: Bench, monitor: Monitor) -> tuple[Judged, ...]:
        go_on.wait(120)
        try:
            monitor.stage(0.5, 1.0, "still at it")
        finally:
            ended.set()
        return ()

    monkeypatch.setattr("dae_core.report.measurements.judge_others", judge)
    dialog = parts.ask()
    qtbot.waitUntil(lambda: bool(pages(dialog)))
    box = find(dialog, QCheckBox, "report-comparison-option")
    assert box.isChecked()
    assert not save_button(dialog).isEnabled()
    qtbot.mouseClick(find(dialog, QPushButton, "reportCancelButton"), Qt.MouseButton.LeftButton)
    assert not box.isChecked()
    assert save_button(dialog).isEnabled()
    go_on.set()
    qtbot.waitUntil(ended.is_set)
    dialog.close()


def test_too_much_is_said_and_only_what_a_file_holds_is_kept(qtbot: QtBot, parts: Parts) -> None:
    dialog = parts.ask()
    field = find(dialog, QPlainTextEdit, "report-summary")
    field.setPlainText("x" * (LONGEST_TEXT + 5))
    assert field.too_long.isVisibleTo(dialog)
    assert len(parts.document.words.value.get("summary")) == LONGEST_TEXT
    assert len(field.toPlainText()) == LONGEST_TEXT + 5  # nothing is taken from under the fingers
    field.setPlainText("short")
    assert not field.too_long.isVisibleTo(dialog)
    dialog.close()


def test_another_session_closes_the_report_and_asking_twice_shows_one(qtbot: QtBot, parts: Parts) -> None:
    assert parts.ask() is parts.ask()
    dialog = parts.ask()
    with qtbot.waitSignal(dialog.finished):
        parts.document.clear()


def test_the_run_of_another_data_set_is_refused_in_a_sentence(parts: Parts) -> None:
    run = parts.ask_for_run()
    other = dataclasses.replace(run, data=dataclasses.replace(run.data, fingerprint="0" * 64))
    reports = ReportCommands(
        parts.window, parts.workbench, parts.document, parts.jobs, lambda then, _failed: then(other)
    )
    reports.ask()
    dialog = find(parts.window, ReportDialog, "reportDialog")
    assert "data set is not open" in text(dialog, "reportEmptyLabel")
    assert not save_button(dialog).isEnabled()
    dialog.close()


def test_a_folder_that_is_gone_is_told_in_a_sentence(qtbot: QtBot, parts: Parts, tmp_path: Path) -> None:
    with qtbot.waitSignal(parts.notices.warned) as failed:
        parts.reports.write(measured(), ReportOptions(), FORMATS, tmp_path / "gone" / "report.pdf")
    assert "gone" in failed.args[0]
    assert "No such file" in failed.args[0]
    assert ".part" not in failed.args[0]


def measured(texts: UserTexts | None = None) -> MeasuredRun:
    run, dataset = trained(iterations=200).run, small_dataset()
    return compare_run(measure_run(run, dataset, (run,), texts or UserTexts(), "1 May 2026", Monitor()), Monitor())


def test_no_page_is_half_empty_whatever_is_written(qapp: QGuiApplication) -> None:
    assert qapp is not None
    about = measured()
    for words in ({}, {"features": "x " * 300}, {"summary": "word " * 900, "units": HOSTILE}):
        for answers in (False, True):
            report = lay_out(about.document(ReportWords.of(words), ReportOptions(answers=answers)))
            room = max(placed.top + placed.height for page in report.pages for placed in page)
            for page in report.pages[:-1]:
                assert max(placed.top + placed.height for placed in page) > room / 2


def test_code_is_broken_on_pages_and_drawn_in_letters_of_equal_width(qapp: QGuiApplication) -> None:
    assert qapp is not None
    short = "def backward(x, x0, z, y, W, V):\n    return W\n"
    one, many = (
        lay_out(_with_code(source).document(ReportWords(), ReportOptions())) for source in (short, short * 200)
    )

    assert len(many.pages) > len(one.pages) + 2
    assert pdf_bytes(many).startswith(b"%PDF")
    assert CODE.width("iiii") == pytest.approx(CODE.width("WWWW"))


def test_code_of_the_session_is_in_the_report_as_it_is_when_it_is_measured(qtbot: QtBot, parts: Parts) -> None:
    parts.document.code.write("mosaic", "def mosaic(V, rows, columns):\n    return V\n")
    dialog = parts.ask()
    with qtbot.waitSignal(dialog.comparisonWanted) as ready:
        pass

    assert [one.title for one in ready.args[0].about.own_work.code] == [FUNCTIONS["mosaic"].title]


def _with_code(source: str) -> MeasuredRun:
    return measured(UserTexts(code=CodeTexts({"backward": source})))


def test_words_are_ink_on_white_in_both_themes(qapp: QGuiApplication) -> None:
    document = measured().document(ReportWords.of({"summary": "mine"}), ReportOptions())
    light = page_picture(lay_out(document), 0, 400)
    before = qapp.palette()
    try:
        qapp.setPalette(palette(DARK))
        assert page_picture(lay_out(document), 0, 400) == light
    finally:
        qapp.setPalette(before)
    assert pdf_bytes(lay_out(document)).startswith(b"%PDF")
