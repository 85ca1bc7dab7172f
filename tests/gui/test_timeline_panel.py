"""The time machine: moving with mouse, wheel and keys, playing, staying put while training, and films."""

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QStandardItemModel, QWheelEvent
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QComboBox, QFileDialog, QLabel, QPushButton, QSpinBox, QToolButton
from pytestqt.qtbot import QtBot

from dae_core.film import Film, FilmLook
from dae_core.model.corruption import Gaussian
from dae_core.training.config import TrainingConfig
from dae_core.training.history import History
from dae_core.training.snapshots import Snapshot
from dae_gui.panels.timeline_panel import TimelinePanel
from dae_gui.panels.timeline_panel import film_form as form_module
from dae_gui.panels.timeline_panel.film_dialog import FilmDialog
from dae_gui.panels.timeline_panel.places import after_steps, half_place
from dae_gui.support.jobs import Jobs
from dae_gui.support.plain_text import tip_text
from dae_gui.support.theme import DARK, LIGHT, Theme, apply_theme
from dae_gui.workbench.facts import OpenData, RunProgress, Weights
from dae_gui.workbench.state import State
from dae_gui.workbench.workbench import Workbench
from helpers.datasets import make_dataset
from helpers.models import make_model
from helpers.waiting import SLOW
from helpers.widgets import Notices, find

LEFT = Qt.MouseButton.LeftButton
DATASET = make_dataset()
CONFIG = TrainingConfig(hidden_units=12, corruption=Gaussian(0.7))


def snapshots(*iterations: int) -> tuple[Snapshot, ...]:
    return tuple(Snapshot(iteration, make_model(DATASET, iteration)) for iteration in iterations)


RUN = snapshots(0, 4, 16, 36, 64, 100, 144, 196, 256, 324)


@pytest.fixture
def empty_panel(qtbot: QtBot, jobs: Jobs) -> Iterator[TimelinePanel]:
    panel = TimelinePanel(Workbench(), jobs)
    qtbot.addWidget(panel)
    panel.resize(800, panel.sizeHint().height())
    panel.show()
    qtbot.waitExposed(panel)
    yield panel
    panel.close()


@pytest.fixture
def panel(empty_panel: TimelinePanel) -> TimelinePanel:
    bench = empty_panel.workbench
    bench.set_data(OpenData(DATASET))
    bench.begin_run(CONFIG, History(), RunProgress(330, 500), RUN)
    return empty_panel


def button(panel: TimelinePanel, name: str) -> QToolButton:
    return find(panel, QToolButton, f"timeline{name}Button")


def label(panel: TimelinePanel) -> str:
    return find(panel, QLabel, "timelineLabel").text()


def point(panel: TimelinePanel, place: float) -> QPoint:
    return QPoint(round(panel.slider.x_of(place)), 9)


class Shown:
    """What the workbench shows since: iterations of snapshots, and how often the panel went back to live."""

    def __init__(self, panel: TimelinePanel) -> None:
        self.iterations: list[int] = []
        self.lives = 0
        panel.workbench.weightsChanged.connect(self._take)

    def _take(self, weights: Weights | None) -> None:
        if weights is None:
            self.lives += 1  # there are no newest weights here
        else:
            self.iterations.append(weights.iteration)


def pause_of(panel: TimelinePanel) -> QTimer:
    """Return the timer of the pace, which is private: it is driven by hand, so that no test depends on the clock."""
    return panel._paced._pause


def playing(panel: TimelinePanel) -> QTimer:
    """Return the timer that plays the snapshots, which is private for the same reason."""
    return panel._playing


def film_dialog(panel: TimelinePanel) -> FilmDialog:
    return find(panel, FilmDialog, "filmDialog")


def let_pace(qtbot: QtBot, panel: TimelinePanel) -> None:
    qtbot.waitUntil(lambda: not pause_of(panel).isActive())


def test_before_training_there_is_a_hint_and_nothing_can_be_done(empty_panel: TimelinePanel) -> None:
    assert empty_panel.slider.count() == 0
    assert not empty_panel.slider.isEnabled()
    for name in ("First", "Previous", "Play", "Next", "Live", "Branch", "Export"):
        assert not button(empty_panel, name).isEnabled(), name
    assert label(empty_panel) == ""
    QTest.keyClick(empty_panel.slider, Qt.Key.Key_Left)
    QTest.keyClick(empty_panel.slider, Qt.Key.Key_Space)
    QTest.mouseClick(empty_panel.slider, LEFT, pos=QPoint(60, 9))
    assert empty_panel.shown() is None
    assert not playing(empty_panel).isActive()
    notices = Notices(empty_panel)
    empty_panel.export_film()
    assert "snapshots of the weights are taken during training" in notices.notes[0]


def test_a_run_that_has_not_begun_tells_what_the_row_is_for(panel: TimelinePanel) -> None:
    panel.set_snapshots(RUN[:1])
    panel.workbench.set_progress(RunProgress(0, 500), None)
    panel.resize(1000, panel.height())
    assert label(panel).startswith("Train, then ")
    panel.workbench.set_progress(RunProgress(3, 500), None)
    assert label(panel) == "live, iteration 3 of 500"


def test_a_run_of_which_no_snapshots_are_kept_promises_none(panel: TimelinePanel) -> None:
    bench = panel.workbench
    bench.begin_run(CONFIG, History(), RunProgress(500, 500))
    assert panel.slider.empty_text == "No snapshots of this run are kept, only its newest weights"
    notices = Notices(panel)
    panel.export_film()
    assert notices.notes[-1].startswith("There is no film of this run: no snapshots of this run are kept")
    bench.begin_run(CONFIG, History(), RunProgress(0, 500))
    assert panel.slider.empty_text == "Snapshots of the weights appear here during training"


def test_it_begins_live(panel: TimelinePanel) -> None:
    assert panel.shown() is None
    assert label(panel) == "live, iteration 330 of 500"
    assert panel.slider.value() == panel.slider.maximum()
    assert button(panel, "Live").isChecked()
    assert button(panel, "Export").isEnabled()
    for name in ("Next", "Branch"):
        assert not button(panel, name).isEnabled()


def test_places_are_equally_spaced_for_each_snapshot(panel: TimelinePanel) -> None:
    places = [panel.slider.x_of(place) for place in range(11)]
    assert np.diff(places) == pytest.approx(np.full(10, np.diff(places)[0]))
    assert [panel.slider.text_of(place) for place in (0, 9, 10)] == ["0", "324", "live"]


def test_a_click_on_the_slider_shows_the_nearest_snapshot(qtbot: QtBot, panel: TimelinePanel) -> None:
    shown = Shown(panel)
    qtbot.mouseClick(panel.slider, LEFT, pos=point(panel, 5.3))
    assert panel.shown() is RUN[5]
    assert shown.iterations == [100]
    assert label(panel) == "iteration 100 of 500"
    assert find(panel, QLabel, "timelineLabel").font().bold()
    assert panel.slider.value() == 10
    assert not button(panel, "Live").isChecked()
    assert button(panel, "Next").isEnabled()


def test_dragging_shows_what_it_passes_and_the_right_end_is_live(
    qtbot: QtBot, panel: TimelinePanel, draw_stroke: Callable[..., None]
) -> None:
    shown = Shown(panel)
    draw_stroke(panel.slider, [QPointF(point(panel, place)) for place in (9, 7, 6, 2)], release=False)
    assert panel.shown() is RUN[2]
    let_pace(qtbot, panel)
    assert shown.iterations[0] == 324
    assert shown.iterations[-1] == 16
    assert shown.lives == 0
    draw_stroke(panel.slider, [QPointF(point(panel, 2)), QPointF(panel.slider.width() + 50.0, 9.0)])
    assert panel.shown() is None
    assert shown.lives == 1
    let_pace(qtbot, panel)
    assert shown.iterations[-1] == 16
    draw_stroke(panel.slider, [QPointF(point(panel, place)) for place in (4, 5)], Qt.MouseButton.RightButton)
    assert panel.shown() is None


def test_many_moves_tell_the_newest_and_not_more_often_than_the_pace(qtbot: QtBot, panel: TimelinePanel) -> None:
    pause_of(panel).setInterval(SLOW)
    shown = Shown(panel)
    for place in (1, 2, 3, 4):
        qtbot.mouseClick(panel.slider, LEFT, pos=point(panel, place))
    assert shown.iterations == [4]
    assert panel.shown() is RUN[4]
    pause_of(panel).setInterval(1)
    pause_of(panel).start()
    qtbot.waitUntil(lambda: len(shown.iterations) == 2)
    assert shown.iterations == [4, 64]
    pause_of(panel).setInterval(SLOW)
    pause_of(panel).start()
    qtbot.mouseClick(panel.slider, LEFT, pos=point(panel, 7))
    panel.show_live()  # what still waits would bring the window back into the past
    assert shown.lives == 1
    pause_of(panel).setInterval(0)
    pause_of(panel).start()
    let_pace(qtbot, panel)
    assert shown.iterations == [4, 64]


def test_keys(qtbot: QtBot, panel: TimelinePanel) -> None:
    key = Qt.Key
    panel.activateWindow()
    panel.setFocus()
    qtbot.waitUntil(panel.slider.hasFocus)
    for press, expected in (
        (key.Key_Left, RUN[9]),
        (key.Key_Left, RUN[8]),
        (key.Key_Right, RUN[9]),
        (key.Key_Home, RUN[0]),
        (key.Key_Left, RUN[0]),
        (key.Key_Right, RUN[1]),
        (key.Key_Escape, None),
        (key.Key_Right, None),
        (key.Key_Home, RUN[0]),
        (key.Key_End, None),
    ):
        qtbot.keyClick(panel.slider, press)
        assert panel.shown() is expected, press
    button(panel, "Previous").setFocus()
    qtbot.keyClick(button(panel, "Previous"), key.Key_Home)
    assert panel.shown() is RUN[0]


def test_buttons_and_wheel(qtbot: QtBot, panel: TimelinePanel) -> None:
    for name, expected in (("Previous", RUN[9]), ("Previous", RUN[8]), ("Next", RUN[9]), ("Next", None)):
        qtbot.mouseClick(button(panel, name), LEFT)
        assert panel.shown() is expected
    qtbot.mouseClick(button(panel, "First"), LEFT)
    assert panel.shown() is RUN[0]
    assert not button(panel, "First").isEnabled()
    assert not button(panel, "Previous").isEnabled()
    for angle, expected in ((120, RUN[1]), (60, RUN[1]), (60, RUN[2]), (-240, RUN[0])):
        where = QPointF(point(panel, 4))
        event = QWheelEvent(
            where,
            panel.slider.mapToGlobal(where),
            QPoint(),
            QPoint(0, angle),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(panel.slider, event)
        assert panel.shown() is expected
    shown = Shown(panel)
    let_pace(qtbot, panel)
    qtbot.mouseClick(button(panel, "Live"), LEFT)
    assert panel.shown() is None
    assert shown.lives == 1
    qtbot.mouseClick(button(panel, "Live"), LEFT)  # already there
    assert shown.lives == 1
    assert button(panel, "Live").isChecked()


def test_a_screen_reader_can_move_the_slider(panel: TimelinePanel) -> None:
    panel.show_snapshot(RUN[4])
    panel.slider.triggerAction(panel.slider.SliderAction.SliderSingleStepAdd)
    assert panel.shown() is RUN[5]
    panel.slider.triggerAction(panel.slider.SliderAction.SliderToMaximum)
    assert panel.shown() is None


def test_playing_goes_through_all_snapshots_and_ends_live(qtbot: QtBot, panel: TimelinePanel) -> None:
    pause_of(panel).setInterval(0)
    shown = Shown(panel)
    qtbot.mouseClick(button(panel, "Play"), LEFT)
    assert panel.shown() is RUN[0]
    assert button(panel, "Play").accessibleName() == "Pause"
    playing(panel).setInterval(2)
    qtbot.waitUntil(lambda: panel.shown() is None)
    let_pace(qtbot, panel)
    assert not playing(panel).isActive()
    assert button(panel, "Play").accessibleName() == "Play the snapshots"
    seen = shown.iterations
    assert seen == sorted(seen)
    assert set(seen) <= {s.iteration for s in RUN}
    assert seen[0] == 0
    assert len(seen) >= 3


def test_playing_can_be_paused_begins_where_it_stands_and_has_speeds(qtbot: QtBot, panel: TimelinePanel) -> None:
    speed = find(panel, QComboBox, "timelineSpeedComboBox")
    assert [speed.itemData(i) for i in range(speed.count())] == [2, 5, 10, 25]
    assert speed.currentData() == 10
    panel.show_snapshot(RUN[3])
    qtbot.keyClick(panel.slider, Qt.Key.Key_Space)
    assert playing(panel).isActive()
    assert playing(panel).interval() == 100
    speed.setCurrentIndex(3)
    assert playing(panel).interval() == 40
    assert panel.shown() is RUN[3]
    playing(panel).timeout.emit()
    assert panel.shown() is RUN[4]
    qtbot.keyClick(panel.slider, Qt.Key.Key_Space)
    assert not playing(panel).isActive()
    assert panel.shown() is RUN[4]
    qtbot.keyClick(panel.slider, Qt.Key.Key_Space)
    qtbot.mouseClick(panel.slider, LEFT, pos=point(panel, 1))
    assert not playing(panel).isActive()
    qtbot.keyClick(panel.slider, Qt.Key.Key_Space)
    panel.hide()
    assert not playing(panel).isActive()
    assert panel.shown() is RUN[1]


def test_while_training_the_shown_iteration_stays(qtbot: QtBot, panel: TimelinePanel) -> None:
    shown = Shown(panel)
    panel.show_snapshot(RUN[4])
    panel.workbench.set_progress(RunProgress(410, 500), None)
    panel.set_snapshots((*RUN, *snapshots(400)))
    assert panel.slider.value() == 8
    assert panel.slider.maximum() == 22
    assert label(panel) == "iteration 64 of 500"
    thinned = (*RUN[::2], *snapshots(400))  # 64 is still there
    panel.set_snapshots(thinned)
    assert (panel.slider.value(), panel.slider.maximum()) == (4, 12)
    panel.show_snapshot(RUN[2])
    thinner = RUN[::4]  # 0, 64, 256
    panel.set_snapshots(thinner)
    assert panel.shown() is RUN[2]
    assert label(panel) == "iteration 16 of 500"
    assert panel.slider.value() == 1  # between 0 and 64
    qtbot.keyClick(panel.slider, Qt.Key.Key_Right)
    assert panel.shown() is RUN[4]
    panel.show_snapshot(RUN[2])
    qtbot.keyClick(panel.slider, Qt.Key.Key_Left)
    assert panel.shown() is RUN[0]
    assert shown.lives == 0
    let_pace(qtbot, panel)
    assert shown.iterations[-1] == 0


def test_another_run_is_shown_live(qtbot: QtBot, panel: TimelinePanel) -> None:
    shown = Shown(panel)
    panel.show_snapshot(RUN[4])
    again = tuple(Snapshot(s.iteration, s.model.copy()) for s in RUN)
    panel.set_snapshots(again)
    assert panel.shown() is None
    assert shown.lives == 1
    let_pace(qtbot, panel)
    panel.show_snapshot(again[3])
    panel.set_snapshots(())
    assert panel.shown() is None
    assert shown.lives == 2
    assert panel.slider.count() == 0
    assert label(panel) == ""


def test_places() -> None:
    at = (0, 4, 16, 36)
    assert [half_place(at, i) for i in (0, 4, 36, 37, 5, None)] == [0, 2, 6, 7, 3, 8]
    assert half_place((4, 16), 0) == 0
    assert half_place((), None) == 0
    assert [after_steps(3, n) for n in (1, 2, -1, -2)] == [2, 3, 1, 0]
    assert [after_steps(4, n) for n in (1, -1, -9)] == [3, 1, 0]


def test_unchanged_snapshots_and_a_hidden_panel_cost_nothing(
    panel: TimelinePanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[int] = []
    monkeypatch.setattr(panel.slider, "set_iterations", lambda iterations: drawn.append(len(iterations)))
    panel.set_snapshots(RUN)
    panel.set_snapshots(tuple(RUN))
    assert drawn == []
    panel.hide()
    panel.set_snapshots(RUN[:6])
    panel.workbench.set_progress(RunProgress(120, 600), None)
    assert drawn == []
    assert label(panel) == "live, iteration 330 of 500"
    panel.show()
    assert drawn == [6]
    assert label(panel) == "live, iteration 120 of 600"


def test_a_run_branches_from_what_is_shown(qtbot: QtBot, panel: TimelinePanel) -> None:
    spy, branch = QSignalSpy(panel.branchRequested), button(panel, "Branch")
    assert "Go back to an earlier iteration first" in tip_text(branch.toolTip())
    panel.show_snapshot(RUN[6])
    panel.workbench.set_data(OpenData(DATASET, is_stand_in=True))
    panel.show_snapshot(RUN[6])
    assert not branch.isEnabled()
    panel.workbench.set_data(OpenData(DATASET))
    panel.show_snapshot(RUN[6])
    assert "iteration 144" in tip_text(branch.toolTip())
    qtbot.mouseClick(branch, LEFT)
    assert spy.at(0)[0] is RUN[6]
    panel.show_live()
    assert not branch.isEnabled()


def test_every_control_has_a_name_and_a_tip(panel: TimelinePanel) -> None:
    for widget in (panel.slider, find(panel, QComboBox, "timelineSpeedComboBox"), *panel.findChildren(QToolButton)):
        assert widget.objectName()
        assert widget.accessibleName(), widget.objectName()
        assert widget.toolTip(), widget.objectName()


@pytest.fixture
def restored_theme(qapp: QApplication) -> Iterator[QApplication]:
    yield qapp
    apply_theme(qapp, LIGHT)


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_every_width_and_theme(panel: TimelinePanel, theme: Theme, restored_theme: QApplication) -> None:
    apply_theme(restored_theme, theme)
    panel.workbench.set_progress(RunProgress(12_544, 25_000_000), None)
    for width in (500, 640, 758, 1600):
        panel.resize(width, panel.height())
        for shown in (None, RUN[0], RUN[9]):
            panel.show_live() if shown is None else panel.show_snapshot(shown)
            text = find(panel, QLabel, "timelineLabel")
            assert text.fontMetrics().horizontalAdvance(text.text()) <= text.width()
            assert not panel.grab().isNull()
    panel.controls.average.show()  # for a run that has averaged weights
    panel.resize(500, panel.height())
    assert panel.width() == 500
    assert panel.minimumSizeHint().width() <= 500
    assert panel.height() <= 64
    panel.layout().activate()
    for one, other in itertools.pairwise(panel.controls.buttons()):
        assert one.geometry().right() < other.geometry().left()


@pytest.mark.parametrize("count", [1, 2, 10, 96])
@pytest.mark.parametrize("width", [500, 758, 1600])
def test_labels_stand_at_their_places_and_do_not_touch(panel: TimelinePanel, count: int, width: int) -> None:
    many = tuple(Snapshot((4000 * k) ** 2, RUN[0].model) for k in range(count))
    panel.set_snapshots(many)
    panel.resize(width, panel.height())
    labels = panel.slider.labels()
    assert {0, count} <= set(labels)
    assert len(labels) >= min(count + 1, 4)
    boxes = [labels[place] for place in sorted(labels)]
    for one, other in itertools.pairwise(boxes):
        assert one.right() + 8 <= other.left()
    assert boxes[0].left() >= 0
    assert boxes[-1].right() <= panel.slider.width()
    assert boxes[0].bottom() <= panel.slider.height() + 1
    for place in sorted(labels)[1:-1]:
        assert labels[place].center().x() == pytest.approx(panel.slider.x_of(place))
    assert not panel.grab().isNull()


# Films


@pytest.fixture
def dialog(qtbot: QtBot, panel: TimelinePanel) -> FilmDialog:
    panel.show_snapshot(RUN[4])
    qtbot.mouseClick(button(panel, "Export"), LEFT)
    found = panel.findChild(FilmDialog, "filmDialog")
    assert isinstance(found, FilmDialog)
    assert found.isVisible()
    return found


def choose(dialog: FilmDialog, name: str, data: object) -> None:
    combo = find(dialog, QComboBox, f"film{name}ComboBox")
    place = combo.findData(data)
    assert place >= 0
    combo.setCurrentIndex(place)


def answer(monkeypatch: pytest.MonkeyPatch, path: Path | None) -> list[str]:
    asked: list[str] = []

    def reply(_parent: object, _title: str, proposal: str, _filter: str) -> tuple[str, str]:
        asked.append(proposal)
        return str(path or ""), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", reply)
    return asked


def expected_film(look: FilmLook, chosen: tuple[Snapshot, ...] = RUN) -> Film:
    return Film(chosen, look, DATASET.shape, DATASET, Gaussian(0.7))


def test_the_preview_is_the_frame_of_what_is_shown(qtbot: QtBot, dialog: FilmDialog) -> None:
    for kind in ("W", "V", "reconstructions"):
        choose(dialog, "Kind", kind)
        find(dialog, QSpinBox, "filmDigitsSpinBox").setValue(4)
        frame = expected_film(FilmLook(kind, digits=4, scale=4)).frame(4)  # type: ignore[arg-type]

        def is_shown(frame: np.ndarray = frame) -> bool:
            image = dialog.preview.image()
            if (image.height(), image.width()) != frame.shape[:2]:
                return False
            data = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
            return np.array_equal(data[:, : 3 * image.width()].reshape(frame.shape), frame)

        qtbot.waitUntil(is_shown)
        assert not dialog.grab().isNull()


def test_the_summary_tells_length_and_size(dialog: FilmDialog) -> None:
    summary = find(dialog, QLabel, "filmSummaryLabel")
    height, width = expected_film(FilmLook(scale=4)).frame(0).shape[:2]
    assert summary.text() == f"10 frames · 1 s · {width} × {height} pixels"
    choose(dialog, "First", 36)
    choose(dialog, "Last", 196)
    choose(dialog, "Speed", 2)
    choose(dialog, "Size", 2)
    height, width = expected_film(FilmLook(scale=2)).frame(0).shape[:2]
    assert summary.text() == f"5 frames · 2.5 s · {width} × {height} pixels"
    choose(dialog, "Kind", "V")  # keeps the size that was chosen
    assert f"{width} × {height}" in summary.text()
    assert [s.iteration for s in dialog.form.chosen()] == [36, 64, 100, 144, 196]
    choose(dialog, "Last", 4)
    assert [s.iteration for s in dialog.form.chosen()] == [36, 16, 4]


@pytest.mark.parametrize("suffix", ["webp", "gif"])
def test_a_film_is_written(
    qtbot: QtBot, panel: TimelinePanel, dialog: FilmDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    choose(dialog, "Kind", "reconstructions")
    choose(dialog, "Format", suffix)
    choose(dialog, "First", 16)
    choose(dialog, "Speed", 5)
    asked = answer(monkeypatch, tmp_path / "my film")
    with qtbot.waitSignal(Notices(panel).saved) as caught:
        qtbot.mouseClick(dialog.line.start_button, LEFT)
        assert not dialog.form.isEnabled()
    path = tmp_path / f"my film.{suffix}"
    assert caught.args == [str(path)]
    assert asked[0].endswith(f"reconstructions.{suffix}")
    film = expected_film(FilmLook("reconstructions", scale=4), RUN[2:])
    with Image.open(path) as file:
        assert file.n_frames == 8  # type: ignore[attr-defined]
        file.seek(5)
        assert np.abs(np.asarray(file.convert("RGB")).astype(int) - film.frame(5)).max() <= (suffix == "gif")
        assert file.info["duration"] == 200
    assert dialog.form.isEnabled()
    assert find(dialog, QLabel, "filmMessageLabel").text().startswith(f"Saved {path} (")
    assert find(dialog, QToolButton, "openSavedButton").isVisibleTo(dialog)
    asked.clear()
    answer_none = answer(monkeypatch, None)
    qtbot.mouseClick(dialog.line.start_button, LEFT)
    assert Path(answer_none[0]).parent == tmp_path  # it remembers the folder
    assert not dialog.line.is_working()


def test_what_went_wrong_is_told(
    qtbot: QtBot, panel: TimelinePanel, dialog: FilmDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(monkeypatch, tmp_path / "nowhere" / "a.gif")
    with qtbot.waitSignal(Notices(panel).warned) as caught:
        qtbot.mouseClick(dialog.line.start_button, LEFT)
    assert caught.args is not None
    assert "could not be written: No such file or directory" in caught.args[0]
    assert find(dialog, QLabel, "filmMessageLabel").text() == caught.args[0]
    assert dialog.form.isEnabled()
    assert not dialog.line.is_working()


@pytest.mark.parametrize("closing", [False, True])
def test_a_film_can_be_cancelled(
    qtbot: QtBot,
    panel: TimelinePanel,
    dialog: FilmDialog,
    jobs: Jobs,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    closing: bool,
) -> None:
    import threading

    begun, go_on = threading.Event(), threading.Event()
    real = Film.frame

    def slow(film: Film, index: int) -> np.ndarray:
        begun.set()
        assert go_on.wait(120)
        return real(film, index)

    monkeypatch.setattr(Film, "frame", slow)
    target = tmp_path / "a.gif"
    target.write_bytes(b"old")
    answer(monkeypatch, target)
    notices = Notices(panel)
    qtbot.mouseClick(dialog.line.start_button, LEFT)
    qtbot.waitUntil(begun.is_set)
    assert dialog.line.is_working()
    if closing:
        dialog.close()
    else:
        qtbot.mouseClick(find(dialog, QPushButton, "exportFilmCancelButton"), LEFT)
    assert not dialog.line.is_working()
    go_on.set()
    assert dialog.form.isEnabled()
    assert notices.notes == ["The film was cancelled."]
    jobs.shutdown()
    assert not notices.files
    assert target.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.gif"]


@pytest.mark.parametrize("program", [None, "/usr/bin/ffmpeg"])
def test_mp4_needs_ffmpeg(panel: TimelinePanel, monkeypatch: pytest.MonkeyPatch, program: str | None) -> None:
    monkeypatch.setattr(form_module, "find_ffmpeg", lambda: program)
    panel.export_film()
    combo = find(film_dialog(panel), QComboBox, "filmFormatComboBox")
    place, model = combo.findData("mp4"), combo.model()
    assert isinstance(model, QStandardItemModel)
    assert model.item(place).isEnabled() == (program is not None)
    tip = combo.itemData(place, Qt.ItemDataRole.ToolTipRole)
    assert ("not installed" in tip) == (program is None)


def test_diverged_snapshots_make_a_film(
    qtbot: QtBot, panel: TimelinePanel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = make_model(DATASET)
    lost.W[:], lost.V[:] = np.nan, np.inf
    panel.set_snapshots((*RUN, Snapshot(400, lost)))
    panel.export_film()
    choose(film_dialog(panel), "Kind", "V")
    answer(monkeypatch, tmp_path / "a.webp")
    choose(film_dialog(panel), "Format", "webp-smaller")
    with qtbot.waitSignal(Notices(panel).saved):
        film_dialog(panel).export()
    assert (tmp_path / "a.webp").stat().st_size > 100


def test_a_closed_dialog_keeps_no_snapshots_and_opens_again(qtbot: QtBot, panel: TimelinePanel) -> None:
    panel.export_film()
    dialog = film_dialog(panel)
    qtbot.waitUntil(lambda: not dialog.preview.image().isNull())
    dialog.close()
    assert dialog.form.chosen() == ()
    assert dialog.preview.image().isNull()
    panel.set_snapshots(RUN[:5])
    panel.export_film()
    assert panel.findChildren(FilmDialog) == [dialog]
    assert "5 frames" in find(dialog, QLabel, "filmSummaryLabel").text()


@pytest.mark.parametrize(("place", "shown"), [(5, 100), (len(RUN), None)])
def test_a_click_means_what_the_slider_shows_though_newer_snapshots_are_there(
    qtbot: QtBot, panel: TimelinePanel, place: int, shown: int | None
) -> None:
    bench = panel.workbench
    panel.show_snapshot(RUN[1])
    bench.set_state(State.RUNNING)
    bench.set_snapshots((*RUN[::5], *snapshots(400, 484)))  # the first is the same: it is the same run
    assert panel.slider.iterations() == tuple(one.iteration for one in RUN), "it is drawn in a turn of its own"
    qtbot.mouseClick(panel.slider, Qt.MouseButton.LeftButton, pos=point(panel, place))
    found = panel.shown()
    assert (None if found is None else found.iteration) == shown
    qtbot.waitUntil(lambda: panel.slider.iterations() == (0, 100, 400, 484))
