"""The buttons of the time machine, and the words that tell which iteration is shown."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from dae_core.glossary import meaning
from dae_gui.support.plain_text import PlainLabel, plain_tip
from dae_gui.support.scale import scaled
from dae_gui.widgets.controls.icon_button import IconButton
from dae_gui.widgets.controls.label_place import LabelPlace
from dae_gui.widgets.controls.layouts import gap, hbox
from dae_gui.widgets.controls.named import combo_box, named

SPEEDS = (2, 5, 10, 25)
"""Snapshots per second."""
DEFAULT_SPEED = 10
_HINT = "Train, then drag the slider to look back"
_SHORT_HINT = "Train, then look back here"
_WIDE = 640  # pixels at 100 %: from here on all buttons have texts


class TimelineControls(QWidget):
    """A row of buttons with a label; what they do is the panel's."""

    speedChanged = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._wordings: tuple[str, ...] = ("",)
        self.first = self._button("First", "first", "First snapshot", "Go to the first snapshot (Home)")
        self.back = self._button("Previous", "previous", "Previous snapshot", "One snapshot back (←)")
        self.play = self._button("Play", "start", "Play", "")
        self.forward = self._button("Next", "following", "Next snapshot", "One snapshot forward (→)")
        name, tip = "Snapshots per second when playing", "How many snapshots are played in a second"
        speeds = [(f"{speed} / s", speed) for speed in SPEEDS]
        self.speed = combo_box("timelineSpeedComboBox", name, tip, speeds, self)
        self.speed.setCurrentIndex(SPEEDS.index(DEFAULT_SPEED))
        self.speed.currentIndexChanged.connect(self.speedChanged)
        self.label = named(PlainLabel(parent=self), "timelineLabel", "Iteration shown")
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._place = LabelPlace(self.label, self)
        self.live = self._button("Live", "live", "Live", "Back to the newest weights (Esc)")
        self.live.setCheckable(True)
        self.live.set_text_visible(True)
        tip = (
            f"{meaning('averaged weights')} Show them in the place of the weights; they are then saved as a model, too"
        )
        self.average = self._button("Average", "average", "Averaged", tip)
        self.average.setCheckable(True)
        self.average.hide()
        self.branch = self._button("Branch", "branch", "Continue from here", "")
        self.export = self._button(
            "Export", "film", "Export film…", "Write the snapshots as an animated picture or a video"
        )
        left = (self.first, self.back, self.play, self.forward, gap(4), self.speed, gap(8))
        right = ((self._place, 1), self.average, self.live, self.branch, self.export)
        self._row = hbox(*left, *right, spacing=2, margins=(0, 0, 0, 0))
        self.setLayout(self._row)
        self.show_playing(False)
        self.show_branch(None, False)

    def buttons(self) -> tuple[IconButton, ...]:
        """Return all buttons, from left to right."""
        return self.first, self.back, self.play, self.forward, self.average, self.live, self.branch, self.export

    def per_second(self) -> int:
        """Return how many snapshots are to be played in a second."""
        return int(self.speed.currentData())

    def interval_ms(self) -> int:
        """Return how long each snapshot is shown, in milliseconds."""
        return round(1000 / self.per_second())

    def show_iteration(self, iteration: int, end: int, *, is_live: bool, is_average: bool = False) -> None:
        """Show which iteration is shown, in the longest wording that fits; before a run, what that is for."""
        if is_live and iteration == 0:
            self._set_wordings((_HINT, _SHORT_HINT, ""), is_bold=False)
            return
        at = f"{iteration:,}"
        of = f"{at} of {max(end, iteration):,}"
        what = "averaged weights" if is_average else "live"
        live = (f"{what}, iteration {of}",) if is_live else ()
        self._set_wordings((*live, f"iteration {of}", of, at), is_bold=not is_live)

    def show_nothing(self) -> None:
        """Show no iteration."""
        self._set_wordings(("",), is_bold=False)

    def show_playing(self, is_playing: bool) -> None:
        """Let the button in the middle pause or play."""
        self.play.set_icon("pause" if is_playing else "start")
        self.play.setToolTip(plain_tip("Pause (Space)" if is_playing else "Play the snapshots up to now (Space)"))
        self.play.setAccessibleName("Pause" if is_playing else "Play the snapshots")

    def show_branch(self, iteration: int | None, can_branch: bool) -> None:
        """Enable the button that begins a new run, or say why it cannot be used now."""
        self.branch.setEnabled(iteration is not None and can_branch)
        if iteration is None:
            tip = "Go back to an earlier iteration first; a new run can then begin with its weights"
        elif not can_branch:
            tip = "A new run cannot begin now: pause or stop the training first"
        else:
            tip = f"Begin a new run with the weights of iteration {iteration:,}; this run is kept"
        self.branch.setToolTip(plain_tip(tip))

    def minimumSizeHint(self) -> QSize:
        """Return room for the buttons without texts, to which they change in time."""
        hint = super().minimumSizeHint()
        for button in (self.branch, self.export):
            hint -= QSize(button.sizeHint().width() - self.first.sizeHint().width(), 0)
        return hint

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show texts where there is room."""
        super().resizeEvent(event)
        for button in (self.branch, self.export):
            button.set_text_visible(self.width() >= scaled(_WIDE))
        self._row.activate()  # the label's room is known only then
        self._fit()

    def _set_wordings(self, wordings: tuple[str, ...], *, is_bold: bool) -> None:
        font = self.label.font()
        if font.bold() != is_bold:
            font.setBold(is_bold)
            self.label.setFont(font)
        self._wordings = wordings
        self._fit()

    def _fit(self) -> None:
        metrics, room = self.label.fontMetrics(), self.label.width()
        fitting = (words for words in self._wordings if metrics.horizontalAdvance(words) <= room)
        self._place.show_text(next(fitting, self._wordings[-1]))
        self.label.setToolTip(plain_tip(self._wordings[0]))

    def _button(self, name: str, icon_name: str, text: str, tip: str) -> IconButton:
        button = IconButton(f"timeline{name}Button", icon_name, text, tip, self)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the arrow keys to the slider
        return button
